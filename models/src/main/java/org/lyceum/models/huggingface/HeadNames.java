package org.lyceum.models.huggingface;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lyceum.models.heads.EncoderHead;
import org.lyceum.models.heads.MaskedLanguageHead;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.heads.SpanHead;
import org.lyceum.models.heads.TokenHead;

/** What {@code transformers} calls an encoder with a head, and the head's tensors. */
enum HeadNames {
    BERT_MASKED(EncoderFamily.BERT, MaskedLanguageHead.class, List.of("BertForMaskedLM", "BertForPreTraining"), List.of(
            row("dense", "cls.predictions.transform.dense"), row("norm", "cls.predictions.transform.LayerNorm"),
            row("decoder", "cls.predictions"))), BERT_SEQUENCE(EncoderFamily.BERT, SequenceHead.class,
                    List.of("BertForSequenceClassification"), List.of(
                            row("pooler", "bert.pooler.dense"), row("classifier", "classifier"))), BERT_TOKEN(EncoderFamily.BERT,
                                    TokenHead.class, List.of("BertForTokenClassification"),
                                    List.of(row("classifier", "classifier"))), BERT_SPAN(EncoderFamily.BERT, SpanHead.class,
                                            List.of("BertForQuestionAnswering"), List.of(row("scorer", "qa_outputs"))), ROBERTA_MASKED(
                                                    EncoderFamily.ROBERTA, MaskedLanguageHead.class,
                                                    List.of("RobertaForMaskedLM", "XLMRobertaForMaskedLM", "CamembertForMaskedLM"), List.of(
                                                            row("dense", "lm_head.dense"), row("norm", "lm_head.layer_norm"),
                                                            row("decoder", "lm_head"))), ROBERTA_SEQUENCE(EncoderFamily.ROBERTA,
                                                                    SequenceHead.class,
                                                                    List.of("RobertaForSequenceClassification",
                                                                            "XLMRobertaForSequenceClassification",
                                                                            "CamembertForSequenceClassification"),
                                                                    List.of(row("pooler", "classifier.dense"),
                                                                            row("classifier", "classifier.out_proj"))), ROBERTA_TOKEN(
                                                                                    EncoderFamily.ROBERTA, TokenHead.class,
                                                                                    List.of("RobertaForTokenClassification",
                                                                                            "XLMRobertaForTokenClassification",
                                                                                            "CamembertForTokenClassification"),
                                                                                    List.of(row("classifier", "classifier"))), ROBERTA_SPAN(
                                                                                            EncoderFamily.ROBERTA, SpanHead.class,
                                                                                            List.of("RobertaForQuestionAnswering",
                                                                                                    "XLMRobertaForQuestionAnswering",
                                                                                                    "CamembertForQuestionAnswering"),
                                                                                            List.of(row("scorer", "qa_outputs")));

    private final EncoderFamily family;
    private final Class<? extends EncoderHead> head;
    private final List<String> architectures;
    private final List<TensorNames> tensors;

    HeadNames(EncoderFamily family, Class<? extends EncoderHead> head, List<String> architectures, List<TensorNames> tensors) {
        this.family = family;
        this.head = head;
        this.architectures = architectures;
        this.tensors = tensors;
    }

    private static TensorNames row(String ours, String theirs) {
        return new TensorNames("head." + ours, List.of(), List.of(theirs), false);
    }

    static HeadNames of(EncoderFamily family, Class<? extends EncoderHead> head) {
        return Arrays.stream(values()).filter(names -> names.family == family && names.head == head).findFirst().orElseThrow();
    }

    /** Whose {@code architecture} that is, if it is one with a head that we know. */
    static Optional<HeadNames> of(String architecture) {
        return Arrays.stream(values()).filter(names -> names.architectures.contains(architecture)).findFirst();
    }

    Class<? extends EncoderHead> head() {
        return head;
    }

    /** The name that we write. */
    String architecture() {
        return architectures.getFirst();
    }

    List<TensorNames> tensors() {
        return tensors;
    }
}
