package org.lyceum.tensor.gguf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.Printable;

/**
 * What stands before the data of a GGUF file, checked against the format: keys and names once, known types, sizes that fit what is left of
 * the file, and tensors that lie inside it, aligned, without an overlap.
 *
 * @param metadata in the order of the file
 * @param tensors  in the order of the file
 */
record GgufHeader(Map<String, Object> metadata, List<Tensor> tensors) {
    static final int MAGIC = 0x46554747; // "GGUF", read as a little-endian int
    static final String ALIGNMENT_KEY = "general.alignment";
    static final int DEFAULT_ALIGNMENT = 32;

    /** Far above what any model has; a file that claims more is refused before anything is made for it. */
    private static final int MAX_TENSORS = 1 << 18;
    private static final int MAX_KEYS = 1 << 16;
    private static final int MAX_DIMENSIONS = 4;

    /**
     * One tensor's place.
     *
     * @param shape the sizes of its dimensions, rows first
     * @param begin where it begins, in bytes from the begin of the file
     */
    record Tensor(String name, BlockFormat format, List<Long> shape, long begin, long bytes) {
    }

    /** What is wrong with a file, as the second half of a sentence. */
    static final class Broken extends Exception {
        Broken(String what) {
            super(what);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /** Reads a header from the begin of a file. */
    static GgufHeader parse(MemorySegment file) throws Broken {
        var cursor = new GgufCursor(file);
        if (cursor.remaining() < 4 || cursor.int32("the file's mark") != MAGIC) {
            throw new Broken("it does not begin with 'GGUF'");
        }
        checkVersion(cursor.int32("the version"));
        long tensors = cursor.int64("the number of tensors");
        long keys = cursor.int64("the number of metadata keys");
        checkCount("tensors", tensors, MAX_TENSORS);
        checkCount("metadata keys", keys, MAX_KEYS);
        var metadata = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keys; i++) {
            var key = cursor.name("a metadata key");
            if (metadata.put(key, cursor.value(quoted(key))) != null) {
                throw new Broken("the metadata key " + quoted(key) + " is there twice");
            }
        }
        long alignment = alignment(metadata);
        var places = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < tensors; i++) {
            var tensor = tensor(cursor, alignment);
            if (places.put(tensor.name(), tensor) != null) {
                throw new Broken("there are two tensors " + quoted(tensor.name()));
            }
        }
        long dataBegin = -Math.floorDiv(-cursor.position(), alignment) * alignment;
        var inFile = new ArrayList<Tensor>();
        for (var tensor : places.values()) {
            inFile.add(within(tensor, dataBegin, file.byteSize()));
        }
        checkOverlap(inFile);
        return new GgufHeader(Collections.unmodifiableMap(metadata), Collections.unmodifiableList(inFile));
    }

    private static void checkVersion(int version) throws Broken {
        if (version == 2 || version == 3) {
            return;
        }
        int swapped = Integer.reverseBytes(version);
        if (swapped >= 1 && swapped <= 3) {
            throw new Broken("it is big-endian, and little-endian files are read here; convert it on the machine that wrote it");
        }
        throw new Broken("it is GGUF version " + Integer.toUnsignedString(version) + ", and versions 2 and 3 are read here"
                + (version == 1 ? "; convert the model anew with a current llama.cpp" : ""));
    }

    private static void checkCount(String what, long count, int most) throws Broken {
        if (count < 0 || count > most) {
            throw new Broken("it claims " + Long.toUnsignedString(count) + " " + what + ", and at most " + most + " are read here");
        }
    }

    private static long alignment(Map<String, Object> metadata) throws Broken {
        return switch (metadata.get(ALIGNMENT_KEY)) {
            case null -> DEFAULT_ALIGNMENT;
            case Long alignment when alignment > 0 && alignment <= 1 << 30 && Long.bitCount(alignment) == 1 -> alignment;
            case Object other -> throw new Broken("its " + ALIGNMENT_KEY + " is " + Printable.of(other.toString())
                    + ", not a power of two up to 2^30");
        };
    }

    /** A tensor whose {@code begin} still counts from the begin of the data. */
    private static Tensor tensor(GgufCursor cursor, long alignment) throws Broken {
        var name = cursor.name("a tensor's name");
        int dimensions = cursor.int32("the number of dimensions of " + quoted(name));
        if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
            throw new Broken(quoted(name) + " has " + Integer.toUnsignedString(dimensions) + " dimensions, and the format allows "
                    + MAX_DIMENSIONS);
        }
        var shape = new ArrayList<Long>();
        long elements = 1;
        for (int i = 0; i < dimensions; i++) {
            long size = cursor.int64("the shape of " + quoted(name));
            if (size < 1 || elements > Long.MAX_VALUE / 8 / size) {
                throw new Broken("the shape of " + quoted(name) + " has the size " + Long.toUnsignedString(size)
                        + (size == 0 ? "" : ", too large for any file"));
            }
            elements *= size;
            shape.addFirst(size); // the file begins with the size of a row
        }
        int type = cursor.int32("the type of " + quoted(name));
        var format = BlockFormat.ofId(type);
        if (format == null) {
            throw new Broken(quoted(name) + " has " + BlockFormat.unknown(type));
        }
        long row = shape.isEmpty() ? 1 : shape.getLast();
        if (row % format.blockLength() != 0) {
            throw new Broken("the rows of " + quoted(name) + " have " + row + " elements, which are not whole " + format + " blocks of "
                    + format.blockLength());
        }
        long offset = cursor.int64("the place of " + quoted(name));
        if (offset < 0 || offset % alignment != 0) {
            throw new Broken(quoted(name) + " begins at byte " + Long.toUnsignedString(offset) + " of the data, which is not a multiple of "
                    + alignment);
        }
        return new Tensor(name, format, Collections.unmodifiableList(shape), offset, format.byteSize(elements));
    }

    private static Tensor within(Tensor tensor, long dataBegin, long fileBytes) throws Broken {
        long room = Math.max(0, fileBytes - dataBegin);
        if (tensor.begin() > room || tensor.bytes() > room - tensor.begin()) {
            throw new Broken("it is cut off: " + quoted(tensor.name()) + " takes " + tensor.bytes() + " bytes from byte " + tensor.begin()
                    + " of the data on, and there are " + room);
        }
        return new Tensor(tensor.name(), tensor.format(), tensor.shape(), dataBegin + tensor.begin(), tensor.bytes());
    }

    private static void checkOverlap(List<Tensor> tensors) throws Broken {
        var ordered = tensors.stream().sorted(Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::bytes)).toList();
        for (int i = 1; i < ordered.size(); i++) {
            var before = ordered.get(i - 1);
            if (ordered.get(i).begin() < before.begin() + before.bytes()) {
                throw new Broken("the data of " + quoted(ordered.get(i).name()) + " overlaps that of " + quoted(before.name()));
            }
        }
    }

    static String quoted(String name) {
        return "'" + Printable.of(name) + "'";
    }
}
