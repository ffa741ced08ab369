package org.lyceum.study.evaluation;

import java.util.Map;

/**
 * One row of a task's data.
 *
 * @param index its place in the split, from 0
 * @param origin where it was read, {@code file:line}
 * @param columns its values by name: texts, numbers, booleans, lists, maps
 */
record Document(int index, String origin, Map<String, Object> columns) {
}
