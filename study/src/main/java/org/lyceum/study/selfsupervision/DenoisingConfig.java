package org.lyceum.study.selfsupervision;

import java.util.List;
import org.lyceum.foundation.UserError;

/**
 * @param seed of every random choice
 * @param images a file of images in MNIST's format, within the recipe's data
 * @param classes the file of their classes
 * @param test images at the end of the file that are held out
 * @param features of the autoencoder
 * @param corruption shares of the input that are hidden, one autoencoder each; 0 is a plain one
 * @param epochs through the images without their classes
 * @param batch images a step
 * @param learningRate the peak, of AdamW
 * @param labels how many labelled images the linear classifier learns from
 * @param seeds repetitions
 */
public record DenoisingConfig(long seed, String images, String classes, int test, int features, List<Double> corruption, int epochs,
        int batch, double learningRate, List<Integer> labels, int seeds) {
    static final DenoisingConfig DEFAULTS = new DenoisingConfig(1, "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", 2000, 500,
            List.of(0.0, 0.3), 10, 64, 1e-3, List.of(50, 100, 300, 1000, 3000), 3);

    public DenoisingConfig {
        if (test < 1 || features < 1 || epochs < 1 || batch < 1 || seeds < 1 || labels.isEmpty() || labels.stream().anyMatch(n -> n < 2)) {
            throw UserError.usage("denoising: test, features, epochs, batch and seeds must be at least 1, and each of labels at least 2.");
        }
        if (corruption.isEmpty() || !(learningRate > 0)) {
            throw UserError.usage("denoising: corruption must name a share and learning_rate be above 0.");
        }
    }
}
