package org.lyceum.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.huggingface.HuggingFaceFolder;
import org.lyceum.tensor.DType;
import org.lyceum.text.tokenizer.BytePairTrainer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One run of the command: its exit status and what it printed. */
record Cli(int status, String out, String err) {
    static Cli lyceum(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
        int status = Lyceum.run(new PrintWriter(out), new PrintWriter(err, true), words);
        return new Cli(status, out.toString(), err.toString());
    }

    /** The last line of standard output. */
    JsonNode json() {
        return JsonMapper.shared().readTree(out.lines().toList().getLast());
    }

    /** A model folder with random weights and a byte-level tokenizer. */
    static Path toyModel(Path folder) {
        var tokenizer = BytePairTrainer.of(257).train(List.of("some text"));
        var decoder = new Decoder(DecoderConfig.llama(tokenizer.vocabularySize(), 64, 32, 2, 4, 2), DType.F32);
        Initialisation.of(decoder, 1);
        HuggingFaceFolder.write(folder, decoder, tokenizer.specialTokens());
        tokenizer.save(folder);
        return folder;
    }
}
