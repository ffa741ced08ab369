package org.lyceum.text.corpus;

import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/** The documents of one file, one after the other. */
interface DocumentReader extends Closeable {
    /** The next document, or null at the end. Throws {@link org.lyceum.foundation.UserError} for what cannot be read. */
    @Nullable
    Document next();
}
