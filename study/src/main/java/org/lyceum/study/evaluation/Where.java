package org.lyceum.study.evaluation;

import java.util.Map;
import org.lyceum.foundation.UserError;

/**
 * Where a task was written down, for sentences about what is wrong with it.
 *
 * @param file its name
 * @param lines the line of each key, by its path: {@code metric_list.0.metric}
 */
record Where(String file, Map<String, Integer> lines) {
    /** A mistake in what {@code key} says: {@code arc.yaml, line 7: …}. */
    UserError wrong(String key, String sentence) {
        return UserError.usage(at(key) + ": " + sentence);
    }

    String at(String key) {
        for (var path = key; !path.isEmpty(); path = path.substring(0, Math.max(0, path.lastIndexOf('.')))) {
            if (lines.get(path) instanceof Integer line) {
                return file + ", line " + line;
            }
        }
        return file;
    }
}
