package org.lyceum.models.gguf;

import java.util.List;
import java.util.Locale;
import org.lyceum.tensor.gguf.BlockFormat;

/**
 * The number format of a written GGUF file, by llama.cpp's names. A file is of one kind, but not all of its tensors are: what is no matrix,
 * and positions and types of tokens, stay in f32; and of the 4-bit kinds the token vectors and the head, which suffer most, take 8 bits.
 */
public enum Quantization {
    F32(0, BlockFormat.F32), F16(1, BlockFormat.F16), BF16(32, BlockFormat.BF16), Q8_0(7, BlockFormat.Q8_0),
    /** Blocks of 32 with one scale. */
    Q4_0(2, BlockFormat.Q4_0),
    /** Blocks of 256 with scales and minima for each 32; matrices that are not so wide, in multiples, take 5 bits in blocks of 32. */
    Q4_K(14, BlockFormat.Q4_K);

    private final int fileType;
    private final BlockFormat format;

    Quantization(int fileType, BlockFormat format) {
        this.fileType = fileType;
        this.format = format;
    }

    /** {@code general.file_type}: llama.cpp's {@code llama_ftype}. */
    public int fileType() {
        return fileType;
    }

    /** The format for one tensor. */
    public BlockFormat of(String name, List<Long> shape) {
        if (shape.size() < 2 || name.startsWith("position_embd.") || name.startsWith("token_types.")) {
            return BlockFormat.F32;
        }
        boolean outer = name.equals("token_embd.weight") || name.equals("output.weight");
        var wanted = outer && (this == Q4_0 || this == Q4_K) ? BlockFormat.Q8_0 : format;
        long row = shape.getLast();
        if (row % wanted.blockLength() == 0) {
            return wanted;
        }
        return row % BlockFormat.Q5_0.blockLength() == 0 ? BlockFormat.Q5_0 : BlockFormat.F16;
    }

    /** As it is written in options and names of files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
