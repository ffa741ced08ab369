package org.lyceum.study.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;
import org.lyceum.study.evaluation.Metric.Name;

class RetrievalTest {
    private static final String SMART = """
            task: find
            dataset_path: smart
            dataset_kwargs: {data_files: {test: q.txt, passages: d.txt, judgements: rel}}
            test_split: test
            output_type: retrieval
            doc_to_text: text
            doc_to_id: number
            doc_to_target: "{{ 5 - relevance if relevance > 0 else 0 }}"
            metric_list: [{metric: ndcg@10}, {metric: recall@2}, {metric: mrr}]
            """;

    @TempDir
    Path folder;

    private static Task task(String yaml) {
        return TaskFile.read("find.yaml", yaml, name -> "");
    }

    private void smart() throws IOException {
        Files.writeString(folder.resolve("d.txt"), """
                .I 1
                .T
                wings in
                a stream
                .A
                somebody
                .W
                the lift of wings
                .I 2
                .T
                .W
                heat in plates
                .I 3
                .T
                shock waves
                .W
                """);
        Files.writeString(folder.resolve("q.txt"), ".I 001\n.W\nheated plates\n.I 004\n.W\nwhat lifts a wing\n");
        Files.writeString(folder.resolve("rel"), "1 2 1\n1 3 -1\n2 1 3 \n2 3 4\n2 77 1\n");
    }

    @Test
    void aSmartCollectionIsRead() throws IOException {
        smart();
        var items = Items.of(task(SMART), folder, 0, 1);
        assertThat(items).hasSize(2);
        var second = (Request.Ranking) items.getLast().requests().getFirst();
        assertThat(second.query()).isEqualTo("what lifts a wing");
        assertThat(second.passages().texts()).containsExactly("wings in\na stream\nthe lift of wings", "heat in plates", "shock waves");
        assertThat(items.getFirst().right()).containsExactly(1);
        assertThat(items.getLast().right()).containsExactly(0, 2);
        assertThat(items.getLast().references()).containsExactly("2.0", "1.0");
        assertThatThrownBy(() -> Items.of(task(SMART.replace("doc_to_id: number", "doc_to_id: id")), folder, 0, 1))
                .isInstanceOf(UserError.class).hasMessageContaining("doc_to_id");
    }

    @Test
    void aCollectionAsJsonLinesIsReadToo() throws IOException {
        Files.writeString(folder.resolve("c.jsonl"),
                "{\"_id\": \"a\", \"title\": \"T\", \"text\": \"one\"}\n{\"_id\": \"b\", \"title\": \"\", \"text\": \"two\"}\n");
        Files.writeString(folder.resolve("q.jsonl"), "{\"_id\": \"x\", \"text\": \"which?\"}\n");
        Files.writeString(folder.resolve("test.tsv"), "query-id\tcorpus-id\tscore\nx\tb\t2\n");
        var items = Items.of(task("""
                task: find
                dataset_path: json
                dataset_kwargs: {data_files: {test: q.jsonl, passages: c.jsonl, judgements: test.tsv}}
                test_split: test
                output_type: retrieval
                doc_to_text: text
                """), folder, 0, 1);
        assertThat(((Request.Ranking) items.getFirst().requests().getFirst()).passages().texts()).containsExactly("T\none", "two");
        assertThat(items.getFirst().right()).containsExactly(1);
    }

    /** By hand: gains 3, 1 wanted; named are one of 0, then the one of 3, then the one of 1. */
    @Test
    void valuesByHand() {
        var item = new Item(new Document(0, "x", Map.of()), List.of(), List.of(), List.of(7, 9), List.of("3.0", "1.0"));
        var named = List.of(5, 7, 9);
        double log3 = Math.log(3) / Math.log(2);
        assertThat(Retrieval.value(Name.NDCG, 10, item, named)).isEqualTo((3 / log3 + 1 / 2.0) / (3 + 1 / log3), within(1e-12));
        assertThat(Retrieval.value(Name.NDCG, 2, item, named)).isEqualTo(3 / log3 / (3 + 1 / log3), within(1e-12));
        assertThat(Retrieval.value(Name.RECALL, 2, item, named)).isEqualTo(0.5);
        assertThat(Retrieval.value(Name.MRR, 10, item, named)).isEqualTo(0.5);
        assertThat(Retrieval.value(Name.MRR, 1, item, named)).isZero();
    }

    /** Chance as it is computed and as it comes out over many rankings. */
    @Test
    void chanceIsTheMeanOverRankings() {
        var request = new Request.Ranking("q", new Passages(IntStream.range(0, 12).mapToObj(i -> "p" + i).toList()));
        var item = new Item(new Document(0, "x", Map.of()), List.of(request), List.of(), List.of(1, 4, 5), List.of("3.0", "1.0", "2.0"));
        var places = new ArrayList<>(IntStream.range(0, 12).boxed().toList());
        var random = new Random(1);
        for (var metric : List.of(Name.NDCG, Name.RECALL, Name.MRR)) {
            double sum = 0;
            for (int draw = 0; draw < 20_000; draw++) {
                Collections.shuffle(places, random);
                sum += Retrieval.value(metric, 5, item, places);
            }
            assertThat(Retrieval.chance(metric, 5, item)).as(metric.key()).isEqualTo(sum / 20_000, within(0.01));
        }
    }

    @Test
    void bm25FindsStems() throws IOException {
        smart();
        var baseline = Baseline.BM25.values(task(SMART), Items.of(task(SMART), folder, 0, 1), 1);
        assertThat(baseline).containsOnlyKeys("ndcg@10", "recall@2", "mrr@10").containsEntry("mrr@10", 1.0).containsEntry("recall@2", 0.75);
        try (var index = new Bm25(List.of("a cat", "dogs and dogs", "a dog"))) {
            assertThat(index.best("dog", 5)).containsExactly(1, 2);
            assertThat(index.best("the", 5)).isEmpty();
        }
    }

    @Test
    void aModelThatRanksIsMeasured() throws IOException {
        smart();
        var subject = new Fixed(List.of(1.0, 0.0, 2.0));
        var result = new Evaluation(folder, folder.resolve("out"), 0, 1, _ -> {
        }).run(subject, List.of(task(SMART))).tasks().getFirst();
        assertThat(result.scores().get("mrr@10")).isNotNull().satisfies(score -> assertThat(score.value()).isEqualTo(0.75));
        assertThat(result.samples().getFirst().right()).isEqualTo("passage 2");
        assertThat(result.baselines().get("ndcg@10")).containsKeys("random", "bm25");
    }

    /** Names the same passages for every query. */
    private record Fixed(List<Double> places) implements Subject {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public String identity() {
            return "fixed";
        }

        @Override
        public List<List<Answer>> answer(List<List<Request>> documents) {
            return documents.stream().map(_ -> List.of(Answer.numbers(places))).toList();
        }

        @Override
        public void close() {
        }
    }
}
