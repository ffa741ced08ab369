package org.lyceum.training.fit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lyceum.models.ParameterFiles;
import org.lyceum.models.layers.Parameter;

/** How a model's own files go into a checkpoint's folder and come back into the live model. */
public interface ModelFiles {
    /** Writes all that the model needs to be opened again (weights, configuration, vocabulary) into {@code folder}, which is new. */
    void write(Path folder) throws IOException;

    /** Copies the weights in {@code folder} into the live model; throws {@link org.lyceum.foundation.UserError} where they do not fit. */
    void read(Path folder);

    /** The weights alone, under their own names. */
    static ModelFiles of(List<Parameter> parameters) {
        return new ModelFiles() {
            @Override
            public void write(Path folder) {
                ParameterFiles.write(folder.resolve(ParameterFiles.FILE_NAME), parameters);
            }

            @Override
            public void read(Path folder) {
                ParameterFiles.read(folder.resolve(ParameterFiles.FILE_NAME), parameters);
            }
        };
    }
}
