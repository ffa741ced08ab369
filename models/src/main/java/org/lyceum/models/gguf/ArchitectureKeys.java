package org.lyceum.models.gguf;

import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.gguf.GgufFile;

/**
 * The metadata of a GGUF file that stand under the name of its architecture ({@code llama.block_count}), read with their types. Every
 * complaint is a {@link UserError} that names the file and the key.
 */
record ArchitectureKeys(GgufFile file) {
    /** {@code general.architecture}. */
    String architecture() {
        return file.require("general.architecture", String.class);
    }

    /** As it stands in the file. */
    String key(String name) {
        return architecture() + "." + name;
    }

    boolean has(String name) {
        return file.metadata().containsKey(key(name));
    }

    int integer(String name) {
        return integer(name, null);
    }

    /** The same, {@code absent} if it is not there; with null for {@code absent} it must be. */
    int integer(String name, @Nullable Integer absent) {
        if (absent != null && !has(name)) {
            return absent;
        }
        long value = file.require(key(name), Long.class);
        if (value != (int) value) {
            throw new UserError(
                    file.path() + " gives '" + key(name) + "' as " + value + ", which no model has; fetch or convert it again.");
        }
        return (int) value;
    }

    /** The same for another number. */
    double number(String name, @Nullable Double absent) {
        return absent != null && !has(name) ? absent : file.require(key(name), Double.class);
    }

    boolean flag(String name, boolean absent) {
        return file.find(key(name), Boolean.class).orElse(absent);
    }

    /** The rows of a matrix: as many as the vocabulary has tokens, or a text types. */
    int rows(String tensor) {
        var shape = file.tensor(tensor).shape();
        if (shape.size() != 2 || shape.getFirst() > Integer.MAX_VALUE) {
            throw new UserError(
                    "The tensor '" + tensor + "' in " + file.path() + " is no matrix of token vectors; fetch or convert it again.");
        }
        return shape.getFirst().intValue();
    }

    /** Throws {@link UserError} where {@code asked}: the file wants something that we do not compute, as in "asks for …". */
    void refuse(boolean asked, String what) {
        if (asked) {
            throw new UserError(file.path() + " asks for " + what + ", which Lyceum does not compute yet; choose another model.");
        }
    }
}
