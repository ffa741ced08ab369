package org.lyceum.inference.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.lyceum.inference.Engine;
import org.lyceum.inference.Engine.Part;

class PassTest {
    private static final int MOST = 300;

    /** A piece of a sequence that holds {@code before} tokens. */
    record Piece(int before, int tokens) {
        Part part() {
            return new Part(new NoSequence(), new int[tokens], 0);
        }
    }

    private record NoSequence() implements Engine.Sequence {
        @Override
        public int length() {
            return 0;
        }

        @Override
        public void truncate(int length) {
        }

        @Override
        public void copyFrom(Engine.Sequence other, int length) {
        }

        @Override
        public void close() {
        }
    }

    @Provide
    static Arbitrary<List<Piece>> pieces() {
        return Combinators.combine(Arbitraries.integers().between(0, 700), Arbitraries.integers().between(1, 900)).as(Piece::new).list()
                .ofMaxSize(5);
    }

    @Property(tries = 300)
    void everyTokenIsComputedOnceInOrderAndNoPassIsTooLarge(@ForAll("pieces") List<Piece> pieces, @ForAll boolean wide) {
        var next = new int[pieces.size()];
        for (var pass : plan(pieces, wide)) {
            assertThat(pass.tokens()).isBetween(1, MOST).isEqualTo(pass.runs().stream().mapToInt(Pass.Run::tokens).sum());
            for (var run : pass.runs().stream().sorted((a, b) -> Integer.compare(a.from(), b.from())).toList()) {
                assertThat(run.from()).isEqualTo(next[run.part()]);
                next[run.part()] = run.to();
            }
            int firstOfBlocks = 0;
            for (int few = 0; few < pass.few(); firstOfBlocks++) {
                few += pass.runs().get(firstOfBlocks).tokens();
            }
            for (int i = 0; i < pass.blocks().length; i++) {
                var run = pass.runs().get(firstOfBlocks + i);
                assertThat(run.tokens()).isEqualTo(pass.blocks()[i]);
                assertThat((pieces.get(run.part()).before() + run.from()) % run.tokens()).isZero();
            }
            assertThat(pass.runs()).hasSize(firstOfBlocks + pass.blocks().length);
        }
        for (int i = 0; i < pieces.size(); i++) {
            assertThat(next[i]).isEqualTo(pieces.get(i).tokens());
        }
    }

    @Property(tries = 100)
    void blocksAreThoseOfThePieceAlone(@ForAll("pieces") List<Piece> pieces) {
        var together = new ArrayList<List<List<Integer>>>();
        pieces.forEach(_ -> together.add(new ArrayList<>()));
        for (var pass : plan(pieces, true)) {
            collect(pass, together);
        }
        for (int i = 0; i < pieces.size(); i++) {
            var alone = List.<List<List<Integer>>>of(new ArrayList<>());
            for (var pass : plan(List.of(pieces.get(i)), true)) {
                collect(pass, alone);
            }
            assertThat(together.get(i)).isEqualTo(alone.getFirst());
        }
    }

    /** The beginning and end of each block, for the part that it is of. */
    private static void collect(Pass pass, List<List<List<Integer>>> byPart) {
        for (var run : pass.runs().subList(pass.runs().size() - pass.blocks().length, pass.runs().size())) {
            byPart.get(run.part()).add(List.of(run.from(), run.to()));
        }
    }

    @Test
    void aPromptFromItsBeginning() {
        var pass = plan(List.of(new Piece(0, 300), new Piece(10, 1)), true);
        assertThat(pass).hasSize(2);
        assertThat(pass.getFirst().blocks()).containsExactly(256);
        assertThat(pass.getFirst().few()).isEqualTo(44);
        assertThat(pass.getLast().tokens()).isEqualTo(1);
    }

    @Test
    void fewerThan64TokensAreNoBlock() {
        for (int before = 0; before < 64; before++) {
            assertThat(plan(List.of(new Piece(before, 63)), true)).allSatisfy(pass -> assertThat(pass.blocks()).isEmpty());
        }
    }

    private static List<Pass> plan(List<Piece> pieces, boolean wide) {
        return Pass.plan(pieces.stream().map(Piece::part).toList(), pieces.stream().mapToInt(Piece::before).toArray(), wide, MOST);
    }
}
