package org.lyceum.models.huggingface;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.DecoderConfig;

/** How the choices of a model are spelled in a {@code config.json}: reading stands beside writing. */
interface ConfigKeys {
    /** Adds the keys that say what {@code config} says, as far as this spelling can say it. */
    void write(DecoderConfig config, Map<String, @Nullable Object> keys);

    /** The configuration that the keys describe. Throws {@link org.lyceum.foundation.UserError} where they ask for what we do not compute. */
    DecoderConfig read(ConfigJson json);
}
