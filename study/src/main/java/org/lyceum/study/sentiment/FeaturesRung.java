package org.lyceum.study.sentiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import opennlp.tools.doccat.BagOfWordsFeatureGenerator;
import opennlp.tools.doccat.DoccatFactory;
import opennlp.tools.doccat.DocumentCategorizerME;
import opennlp.tools.doccat.DocumentSample;
import opennlp.tools.doccat.FeatureGenerator;
import opennlp.tools.doccat.NGramFeatureGenerator;
import opennlp.tools.ml.maxent.quasinewton.QNTrainer;
import opennlp.tools.util.InvalidFormatException;
import opennlp.tools.util.ObjectStreamUtils;
import opennlp.tools.util.TrainingParameters;

/**
 * Which words and runs of words a sentence holds, and a linear classifier over that: logistic regression with a penalty on the squares of its
 * weights (maximum entropy), by Apache OpenNLP's L-BFGS.
 */
record FeaturesRung(SentimentConfig.Features config) implements Rung {
    @Override
    public String key() {
        return "features";
    }

    @Override
    public String title() {
        return "Word features, linear";
    }

    @Override
    public boolean random() {
        return false;
    }

    @Override
    public Climb climb(SentimentData data, long seed) {
        long begin = System.nanoTime();
        double best = -1;
        double bestPenalty = 0;
        DocumentCategorizerME chosen = null;
        for (double penalty : config.penalties()) {
            var model = train(data, penalty);
            double accuracy = Rung.accuracy(data.validation(), sentence -> answer(model, sentence));
            if (accuracy > best) {
                best = accuracy;
                bestPenalty = penalty;
                chosen = model;
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        var model = Objects.requireNonNull(chosen, "there is a penalty");
        return new Climb(Rung.accuracy(data.test(), sentence -> answer(model, sentence)), data.test().size(), best, seconds, features(data),
                Map.of("penalty", bestPenalty));
    }

    private DocumentCategorizerME train(SentimentData data, double penalty) {
        var parameters = new TrainingParameters();
        parameters.put(TrainingParameters.ALGORITHM_PARAM, QNTrainer.MAXENT_QN_VALUE);
        parameters.put(TrainingParameters.ITERATIONS_PARAM, config.iterations());
        parameters.put(TrainingParameters.CUTOFF_PARAM, config.cutoff());
        parameters.put(QNTrainer.L1COST_PARAM, 0.0);
        parameters.put(QNTrainer.L2COST_PARAM, penalty);
        var samples = data.train().stream().map(sentence -> new DocumentSample(String.valueOf(sentence.label()), words(sentence))).toList();
        try {
            return new DocumentCategorizerME(DocumentCategorizerME.train("en", ObjectStreamUtils.createObjectStream(samples), parameters,
                    new DoccatFactory(generators())));
        } catch (IOException e) {
            throw new AssertionError("the samples are in memory", e);
        }
    }

    private FeatureGenerator[] generators() {
        var generators = new ArrayList<FeatureGenerator>(List.of(new BagOfWordsFeatureGenerator()));
        try {
            if (config.runs() > 1) {
                generators.add(new NGramFeatureGenerator(2, config.runs()));
            }
        } catch (InvalidFormatException e) {
            throw new AssertionError("runs from 2 on", e);
        }
        return generators.toArray(FeatureGenerator[]::new);
    }

    private static int answer(DocumentCategorizerME model, Sentence sentence) {
        return Integer.parseInt(model.getBestCategory(model.categorize(words(sentence))));
    }

    private static String[] words(Sentence sentence) {
        return sentence.words().toArray(String[]::new);
    }

    /** Features that are common enough, times labels. */
    private long features(SentimentData data) {
        var counts = new HashMap<String, Integer>();
        for (var sentence : data.train()) {
            for (var generator : generators()) {
                generator.extractFeatures(words(sentence), Map.of()).forEach(feature -> counts.merge(feature, 1, Integer::sum));
            }
        }
        return counts.values().stream().filter(count -> count >= config.cutoff()).count() * data.labels().size();
    }
}
