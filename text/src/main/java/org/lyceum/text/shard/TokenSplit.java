package org.lyceum.text.shard;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.lyceum.foundation.UserError;

/**
 * One side of a dataset, training or validation: the tokens of its shards as one sequence, documents in order, each followed by the
 * end-of-document token. The sequence is a ring: before its first token stands its last, an end-of-document token, which is what the first
 * token of the first document is predicted from, as that of every other document is.
 */
public final class TokenSplit {
    private final List<TokenShard> shards;
    private final long[] tokenStarts; // of each shard, then the total
    private final long[] pieceStarts;
    private final long[] byteStarts;
    private final long documents;

    /** @throws UserError when the shards hold nothing, differ in vocabulary, or do not end with an end-of-document token */
    public TokenSplit(List<TokenShard> shards) {
        this.shards = List.copyOf(shards);
        this.tokenStarts = new long[shards.size() + 1];
        this.pieceStarts = new long[shards.size() + 1];
        this.byteStarts = new long[shards.size() + 1];
        long ended = 0;
        for (int i = 0; i < shards.size(); i++) {
            var shard = shards.get(i);
            tokenStarts[i + 1] = tokenStarts[i] + shard.tokens();
            pieceStarts[i + 1] = pieceStarts[i] + shard.pieces();
            byteStarts[i + 1] = byteStarts[i] + shard.bytes();
            ended += shard.documents();
            if (shard.vocabSize() != shards.getFirst().vocabSize() || shard.endOfDocument() != shards.getFirst().endOfDocument()) {
                throw new UserError("The token shards " + shard.path() + " and " + shards.getFirst().path()
                        + " come from different tokenizers; build the dataset again.");
            }
        }
        this.documents = ended;
        if (tokens() == 0 || token(tokens() - 1) != endOfDocument()) {
            throw new UserError("The token shards " + shards.stream().map(s -> s.path().toString()).toList()
                    + " do not end with a whole document; build the dataset again.");
        }
    }

    /** Tokens, the end-of-document tokens included; each of them is something to predict. */
    public long tokens() {
        return tokenStarts[shards.size()];
    }

    /** UTF-8 bytes of the text. */
    public long bytes() {
        return byteStarts[shards.size()];
    }

    /** Documents. */
    public long documents() {
        return documents;
    }

    /** Every token is below it. */
    public int vocabSize() {
        return shards.getFirst().vocabSize();
    }

    /** The token that ends each document. */
    public int endOfDocument() {
        return shards.getFirst().endOfDocument();
    }

    /** Documents and parts of very long documents. */
    public long pieces() {
        return pieceStarts[shards.size()];
    }

    /** The first token of piece {@code i}. */
    public long pieceStart(long i) {
        int s = shardOf(pieceStarts, i);
        return tokenStarts[s] + shards.get(s).pieceStart(i - pieceStarts[s]);
    }

    /** The token after the last of piece {@code i}. */
    public long pieceEnd(long i) {
        int s = shardOf(pieceStarts, i);
        return tokenStarts[s] + shards.get(s).pieceEnd(i - pieceStarts[s]);
    }

    /** UTF-8 bytes of the text up to the end of piece {@code i}. */
    public long bytesThrough(long i) {
        int s = shardOf(pieceStarts, i);
        return byteStarts[s] + shards.get(s).bytesThrough(i - pieceStarts[s]);
    }

    /** Token {@code i}, counted around the ring: -1 is the last. */
    public int token(long i) {
        long at = Math.floorMod(i, tokens());
        int s = shardOf(tokenStarts, at);
        return shards.get(s).token(at - tokenStarts[s]);
    }

    /** Copies {@code n} tokens from {@code from} on, around the ring, into {@code target} at {@code at}. */
    public void copy(long from, int n, int[] target, int at) {
        long i = Math.floorMod(from, tokens());
        int s = shardOf(tokenStarts, i);
        while (n > 0) {
            int take = (int) Math.min(n, tokenStarts[s + 1] - i);
            shards.get(s).copy(i - tokenStarts[s], take, target, at);
            n -= take;
            at += take;
            i += take;
            if (++s == shards.size()) {
                s = 0;
                i = 0;
            }
        }
    }

    /** Checks every token against the checksums; throws {@link UserError} at the first damaged shard. */
    public void verify() {
        reading(() -> {
            shards.forEach(TokenShard::verify);
            return this;
        });
    }

    /**
     * What {@code read} makes of the tokens. A page of a mapped file that is no longer there faults, which the virtual machine reports as
     * an {@link InternalError}, in compiled code perhaps a little later: so this goes around whole batches, not around each access.
     *
     * @throws UserError when a shard was cut short by somebody else
     */
    <T> T reading(Supplier<T> read) {
        try {
            return read.get();
        } catch (InternalError e) {
            for (var shard : shards) {
                var cutShort = shard.cutShort();
                if (cutShort != null) {
                    cutShort.addSuppressed(e);
                    throw cutShort;
                }
            }
            throw e;
        }
    }

    /** The shard that holds {@code i}; empty shards hold nothing. */
    private int shardOf(long[] starts, long i) {
        if (shards.size() == 1) {
            return 0;
        }
        int found = Arrays.binarySearch(starts, i);
        int s = found >= 0 ? found : -found - 2;
        while (starts[s + 1] == starts[s]) {
            s++;
        }
        return s;
    }
}
