package org.lyceum.study.evaluation;

import java.util.List;

/**
 * A document as it is asked.
 *
 * @param document the row
 * @param requests what the model is asked
 * @param choices what it chooses from, as written; empty where it does not choose
 * @param right the places of the right choices
 * @param references the right texts
 */
record Item(Document document, List<Request> requests, List<String> choices, List<Integer> right, List<String> references) {
}
