package org.lyceum.text.labelled;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;

/** The labels of a task and their ids. */
public final class Labels {
    private final List<String> names;
    private final Map<String, Integer> ids = new HashMap<>();

    /** With {@code names} in the order of their ids. */
    public Labels(List<String> names) {
        this.names = List.copyOf(names);
        for (int id = 0; id < names.size(); id++) {
            if (ids.put(names.get(id), id) != null) {
                throw UserError.usage("The label '" + names.get(id) + "' is named twice; name each once.");
            }
        }
    }

    /** Those that occur in {@code labels}, numbers by their size and then names by the alphabet. Throws {@link UserError} for only one. */
    public static Labels of(Collection<String> labels) {
        var distinct = labels.stream().distinct().sorted(Comparator.comparing(Labels::number).thenComparing(Comparator.naturalOrder()))
                .toList();
        if (distinct.size() < 2) {
            throw new UserError("The data have only the label " + distinct + ", and there is nothing to tell apart; give at least two.");
        }
        return new Labels(distinct);
    }

    private static double number(String label) {
        return label.matches("-?\\d{1,9}(\\.\\d{1,9})?") ? Double.parseDouble(label) : Double.POSITIVE_INFINITY;
    }

    /** In the order of their ids. */
    public List<String> names() {
        return names;
    }

    public int size() {
        return names.size();
    }

    /**
     * The id of {@code label}.
     *
     * @param where what to say of it, as in "dev.tsv: line 7"
     * @throws UserError if there is none such
     */
    public int id(String label, String where) {
        var id = ids.get(label);
        if (id == null) {
            throw new UserError(where + " has the label '" + label + "', which the training data lack; " + Nearest.hint(label, names));
        }
        return id;
    }
}
