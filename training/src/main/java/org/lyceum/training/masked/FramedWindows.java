package org.lyceum.training.masked;

import java.util.Arrays;
import org.lyceum.text.sequence.SequenceBatch;
import org.lyceum.text.shard.Batch;
import org.lyceum.text.tokenizer.Frame;

/** Windows of running text with the tokenizer's frame around each: RoBERTa's FULL-SENTENCES (Liu et al. 2019, section 4.2), documents divided. */
final class FramedWindows {
    private FramedWindows() {
    }

    /** The inputs of {@code batch}, framed; all of one type, and none of them padding. */
    static SequenceBatch of(Batch batch, Frame frame) {
        int columns = batch.columns() + frame.before().length + frame.after().length;
        var ids = new int[batch.rows() * columns];
        for (int row = 0; row < batch.rows(); row++) {
            var window = Arrays.copyOfRange(batch.inputs(), row * batch.columns(), (row + 1) * batch.columns());
            System.arraycopy(frame.around(window), 0, ids, row * columns, columns);
        }
        var lengths = new int[batch.rows()];
        Arrays.fill(lengths, columns);
        return new SequenceBatch(ids, new int[ids.length], lengths, new int[0], batch.rows(), columns);
    }
}
