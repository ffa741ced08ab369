package org.lyceum.training.finetune;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.huggingface.HeadedEncoderFolder;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.fit.ModelFiles;

/** A checkpoint of an encoder with a head: the folder that {@code transformers} opens, tokenizer and all. */
public record EncoderFiles(HeadedEncoder<?> model, Tokenizer tokenizer) implements ModelFiles {
    @Override
    public void write(Path folder) {
        HeadedEncoderFolder.write(folder, model, roles(tokenizer));
        tokenizer.save(folder);
    }

    @Override
    public void read(Path folder) {
        HeadedEncoderFolder.load(folder, model);
    }

    /** Ids of the tokens that have a role, by the role: {@code mask} and so on. */
    public static Map<String, Integer> roles(Tokenizer tokenizer) {
        var roles = new HashMap<String, Integer>();
        tokenizer.settings().namedTokens().forEach((role, name) -> tokenizer.id(name)
                .ifPresent(id -> roles.put(role.replaceFirst("_token$", ""), id)));
        return roles;
    }

    /** The token behind short sequences. No other token sees it, so any will do where the tokenizer names none. */
    public static int padding(Tokenizer tokenizer) {
        return roles(tokenizer).getOrDefault("pad", 0);
    }
}
