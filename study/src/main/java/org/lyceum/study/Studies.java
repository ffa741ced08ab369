package org.lyceum.study;

import java.util.List;
import org.lyceum.study.recall.RecallStudy;
import org.lyceum.study.selfsupervision.DenoisingStudy;
import org.lyceum.study.selfsupervision.SelfSupervisionStudy;
import org.lyceum.study.senses.SensesStudy;
import org.lyceum.study.sentiment.SentimentStudy;
import org.lyceum.study.translation.TranslationStudy;
import org.lyceum.study.vectors.VectorsStudy;
import org.lyceum.study.worlds.WorldsStudy;

/** Every kind of study that a recipe can ask for. */
public final class Studies {
    /** In the order in which help and errors name them. */
    public static final List<Study<?>> ALL = List.of(new DenoisingStudy(), new RecallStudy(), new SelfSupervisionStudy(),
            new SentimentStudy(), new SensesStudy(),
            new VectorsStudy(), new TranslationStudy(), new WorldsStudy());

    private Studies() {
    }
}
