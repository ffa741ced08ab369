package org.lyceum.models.huggingface;

import java.util.List;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.Tensor;

/**
 * A parameter, or some rows of one, as it lies in a file.
 *
 * @param name its name there
 * @param parameter what it is a part of
 * @param firstRow the first of its rows in the parameter
 * @param rows the number of its rows
 * @param transposed whether the file holds (I, O) where we hold (O, I)
 */
record StoredTensor(String name, Parameter parameter, long firstRow, long rows, boolean transposed) {
    /** The shape in the file. */
    List<Long> shape() {
        var ours = parameter.value().shape();
        if (ours.length == 1) {
            return List.of(rows);
        }
        return transposed ? List.of(ours[1], rows) : List.of(rows, ours[1]);
    }

    /** The rows of the parameter as the file holds them: a view that shares its memory. */
    Tensor view() {
        var part = parameter.value().detached().narrow(0, firstRow, rows);
        return transposed ? part.transpose(0, 1) : part;
    }
}
