package org.lyceum.text.shard;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/**
 * Tokens of many documents in one file, memory-mapped: opening is cheap whatever the size, and files may be larger than 2 GiB. The tokens
 * lie one after the other; a table says where pieces end. A piece is a document, or a part of a very long one; a document's last token is
 * the end-of-document token, so a piece that ends otherwise goes on in the next.
 *
 * <p>The file, all numbers little-endian:
 *
 * <pre>
 *  0  8 bytes  "LYCEUMTS"
 *  8  i32      version, 1
 * 12  i32      bytes a token: 2 (u16) or 4 (u32)
 * 16  i64      pieces P
 * 24  i64      tokens N, the end-of-document tokens included
 * 32  i64      UTF-8 bytes of the text that was encoded
 * 40  i32      size of the vocabulary; every token is below it
 * 44  i32      the end-of-document token
 * 48  i64      documents: pieces that end with the end-of-document token
 * 56  i32      CRC-32C of the tokens and their padding
 * 60  i32      CRC-32C of the 60 bytes above and of the table
 * 64           N tokens, padded with zeros to a multiple of 8 bytes
 *              P × { i64 token after the piece's last, i64 text bytes up to the piece's end }
 * </pre>
 *
 * Opening checks everything but the tokens; {@link #verify()} checks those too. The file must not be shortened while it is mapped: see
 * {@link TokenSplit#reading}.
 */
public final class TokenShard {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 64;
    static final int ENTRY_BYTES = 16;

    static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final long MAGIC = MemorySegment.ofArray("LYCEUMTS".getBytes(StandardCharsets.US_ASCII)).get(I64, 0);

    private final Path path;
    private final long size;
    private final MemorySegment header;
    private final MemorySegment tokens;
    private final MemorySegment table;
    private final int width;
    private final long count;
    private final long pieces;
    private final int vocabSize;
    private final int endOfDocument;

    /** The shard whose file has the content {@code file}. */
    TokenShard(Path path, MemorySegment file) {
        this.path = path;
        this.size = file.byteSize();
        if (size < HEADER_BYTES) {
            throw damaged("it is only " + size + " bytes long");
        }
        if (file.get(I64, 0) != MAGIC) {
            throw new UserError(path + " is not a token shard; build the dataset again.");
        }
        int version = file.get(I32, 8);
        if (version != VERSION) {
            throw new UserError(path + " is a token shard of version " + version + ", and this Lyceum reads version " + VERSION
                    + "; build the dataset again.");
        }
        this.header = file.asSlice(0, HEADER_BYTES);
        this.width = file.get(I32, 12);
        this.pieces = file.get(I64, 16);
        this.count = file.get(I64, 24);
        this.vocabSize = file.get(I32, 40);
        this.endOfDocument = file.get(I32, 44);
        if (width != 2 && width != 4) {
            throw damaged("its tokens are said to be " + width + " bytes wide");
        }
        long body = size - HEADER_BYTES;
        if (count < 0 || count > body / width || pieces < 0 || pieces > body / ENTRY_BYTES
                || padded(count * width) + pieces * ENTRY_BYTES != body) {
            throw damaged("it is " + size + " bytes long, which does not fit its " + count + " tokens and " + pieces + " pieces");
        }
        long tokenBytes = padded(count * width);
        this.tokens = file.asSlice(HEADER_BYTES, tokenBytes);
        this.table = file.asSlice(HEADER_BYTES + tokenBytes);
        if (crc(header.asSlice(0, HEADER_BYTES - 4), table) != header.get(I32, 60)) {
            throw damaged("its head or its table does not match its checksum");
        }
        checkTable();
    }

    /**
     * Maps a shard for as long as {@code arena} lives.
     *
     * @throws UserError when the file is missing, is no shard, is cut short meanwhile, or its header or table is damaged
     */
    public static TokenShard open(Path path, Arena arena) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new TokenShard(path, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        } catch (InternalError e) { // as in TokenSplit.reading
            throw new UserError("The token shard " + path + " was cut short while it was being opened; run the command again.", e);
        }
    }

    /** Reads all the tokens once and throws {@link UserError} when one was altered since the shard was written. */
    public void verify() {
        if (crc(tokens) != header.get(I32, 56)) {
            throw damaged("its tokens do not match their checksum");
        }
        for (long i = 0; i < count; i++) {
            int token = token(i);
            if (token < 0 || token >= vocabSize) {
                throw damaged("token " + i + " is " + Integer.toUnsignedString(token) + ", outside its vocabulary of " + vocabSize);
            }
        }
        long ended = 0;
        for (long i = 0; i < pieces; i++) {
            ended += pieceStart(i) < pieceEnd(i) && token(pieceEnd(i) - 1) == endOfDocument ? 1 : 0;
        }
        if (ended != documents()) {
            throw damaged("it holds " + ended + " documents and says " + documents());
        }
    }

    /** Where the shard lies. */
    public Path path() {
        return path;
    }

    /** What happened to a file that is shorter now than when it was mapped, as a sentence; null when it is not. */
    @Nullable
    UserError cutShort() {
        try {
            long now = Files.size(path);
            return now >= size
                    ? null
                    : new UserError("The token shard " + path + " was cut short while it was being read, from " + size + " to " + now
                            + " bytes; run the command again, which encodes the data again.");
        } catch (IOException e) {
            return IoErrors.reading(path, e);
        }
    }

    /** Tokens, the end-of-document tokens included. */
    public long tokens() {
        return count;
    }

    /** UTF-8 bytes of the text that the tokens stand for. */
    public long bytes() {
        return header.get(I64, 32);
    }

    /** Documents that end in this shard. */
    public long documents() {
        return header.get(I64, 48);
    }

    /** Documents and parts of documents. */
    public long pieces() {
        return pieces;
    }

    /** The size of the vocabulary that the tokens come from. */
    public int vocabSize() {
        return vocabSize;
    }

    /** The token that ends each document. */
    public int endOfDocument() {
        return endOfDocument;
    }

    /** The {@code i}-th token. */
    public int token(long i) {
        return width == 2 ? tokens.get(U16, i * 2) & 0xFFFF : tokens.get(I32, i * 4);
    }

    /** The first token of piece {@code i}. */
    public long pieceStart(long i) {
        return i == 0 ? 0 : pieceEnd(i - 1);
    }

    /** The token after the last of piece {@code i}. */
    public long pieceEnd(long i) {
        return table.get(I64, i * ENTRY_BYTES);
    }

    /** The UTF-8 bytes of the text up to the end of piece {@code i}. */
    public long bytesThrough(long i) {
        return table.get(I64, i * ENTRY_BYTES + 8);
    }

    /** Copies {@code n} tokens from {@code from} on into {@code target} at {@code at}. */
    public void copy(long from, int n, int[] target, int at) {
        if (width == 4) {
            MemorySegment.copy(tokens, I32, from * 4, target, at, n);
        } else {
            long offset = from * 2;
            for (int i = 0; i < n; i++) {
                target[at + i] = tokens.get(U16, offset + 2L * i) & 0xFFFF;
            }
        }
    }

    static long padded(long bytes) {
        return (bytes + 7) & -8L;
    }

    private void checkTable() {
        if (vocabSize < 1 || endOfDocument < 0 || endOfDocument >= vocabSize) {
            throw damaged("its end-of-document token " + endOfDocument + " is outside its vocabulary of " + vocabSize);
        }
        long token = 0;
        long bytes = 0;
        for (long i = 0; i < pieces; i++) {
            if (pieceEnd(i) < token || bytesThrough(i) < bytes) {
                throw damaged("piece " + i + " ends before it starts");
            }
            token = pieceEnd(i);
            bytes = bytesThrough(i);
        }
        if (token != count || bytes != bytes() || documents() < 0 || documents() > pieces) {
            throw damaged("its table does not end where its tokens do");
        }
    }

    private UserError damaged(String how) {
        return new UserError("The token shard " + path + " is damaged (" + how + "); delete it and build the dataset again.");
    }

    /** Through a copy: a page that is gone from the mapping would end the process within CRC32C, but is an exception within the copy. */
    private static int crc(MemorySegment... parts) {
        var crc = new CRC32C();
        var chunk = new byte[1 << 16];
        for (var part : parts) {
            for (long at = 0; at < part.byteSize(); at += chunk.length) {
                int n = (int) Math.min(chunk.length, part.byteSize() - at);
                MemorySegment.copy(part, ValueLayout.JAVA_BYTE, at, chunk, 0, n);
                crc.update(chunk, 0, n);
            }
        }
        return (int) crc.getValue();
    }
}
