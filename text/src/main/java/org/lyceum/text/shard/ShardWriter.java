package org.lyceum.text.shard;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/**
 * Writes one {@link TokenShard}, piece by piece. The file takes its name in {@link #finish()}, whole; a writer closed before that leaves
 * nothing behind. Memory: 16 bytes a piece.
 */
public final class ShardWriter implements Closeable {
    private final Path target;
    private final Path partial;
    private final FileChannel channel;
    private final int vocabSize;
    private final int endOfDocument;
    private final int width;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C tokenCrc = new CRC32C();
    private long[] table = new long[1024]; // pairs: token after the piece, bytes through the piece
    private int pieces;
    private long tokens;
    private long bytes;
    private long documents;
    private boolean finished;

    /** Starts a shard; u16 tokens when the vocabulary allows, else u32. */
    public ShardWriter(Path target, int vocabSize, int endOfDocument) {
        if (vocabSize < 1 || endOfDocument < 0 || endOfDocument >= vocabSize) {
            throw new UserError("The end-of-document token " + endOfDocument + " is not in the vocabulary of " + vocabSize
                    + " tokens; give the tokenizer such a token.");
        }
        this.target = target.toAbsolutePath();
        this.partial = this.target.resolveSibling("." + this.target.getFileName() + ".partial");
        this.vocabSize = vocabSize;
        this.endOfDocument = endOfDocument;
        this.width = vocabSize <= 1 << 16 ? 2 : 4;
        try {
            this.channel = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            channel.position(TokenShard.HEADER_BYTES);
        } catch (IOException e) {
            throw IoErrors.writing(target, e);
        }
    }

    /** Tokens so far. */
    public long tokens() {
        return tokens;
    }

    /**
     * Adds a piece. One that ends with the end-of-document token ends a document.
     *
     * @param textBytes UTF-8 bytes of the text that the piece stands for
     * @throws UserError when a token is outside the vocabulary, or the disk does not take it
     */
    public void add(int[] piece, long textBytes) {
        for (int token : piece) {
            if (token < 0 || token >= vocabSize) {
                throw new UserError("The tokenizer gave the token " + token + ", outside its vocabulary of " + vocabSize
                        + "; its files do not belong together.");
            }
            if (buffer.remaining() < width) {
                flush(true);
            }
            if (width == 2) {
                buffer.putShort((short) token);
            } else {
                buffer.putInt(token);
            }
        }
        tokens += piece.length;
        bytes += textBytes;
        documents += piece.length > 0 && piece[piece.length - 1] == endOfDocument ? 1 : 0;
        if (2 * pieces + 2 > table.length) {
            table = Arrays.copyOf(table, Math.multiplyExact(table.length, 2));
        }
        table[2 * pieces] = tokens;
        table[2 * pieces + 1] = bytes;
        pieces++;
    }

    /** Completes the file and gives it its name. */
    public void finish() {
        while (buffer.position() % 8 != 0) {
            buffer.put((byte) 0);
        }
        flush(true);
        var header = ByteBuffer.allocate(TokenShard.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(TokenShard.MAGIC)
                .putInt(TokenShard.VERSION)
                .putInt(width)
                .putLong(pieces)
                .putLong(tokens)
                .putLong(bytes)
                .putInt(vocabSize)
                .putInt(endOfDocument)
                .putLong(documents)
                .putInt((int) tokenCrc.getValue());
        var crc = new CRC32C();
        crc.update(header.array(), 0, TokenShard.HEADER_BYTES - 4);
        try {
            for (int i = 0; i < 2 * pieces; i++) {
                buffer.putLong(table[i]);
                if (buffer.remaining() < 8 || i == 2 * pieces - 1) {
                    crc.update(buffer.array(), 0, buffer.position());
                    flush(false);
                }
            }
            header.putInt((int) crc.getValue()).flip();
            channel.write(header, 0);
            channel.force(true);
            channel.close();
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            finished = true;
        } catch (IOException e) {
            throw IoErrors.writing(target, e);
        }
    }

    @Override
    public void close() {
        if (!finished) {
            try {
                channel.close();
                Files.deleteIfExists(partial);
            } catch (IOException _) {
                return; // the failure that stopped the writing is the one to report
            }
        }
    }

    private void flush(boolean ofTokens) {
        if (ofTokens) {
            tokenCrc.update(buffer.array(), 0, buffer.position());
        }
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw IoErrors.writing(target, e);
        }
        buffer.clear();
    }
}
