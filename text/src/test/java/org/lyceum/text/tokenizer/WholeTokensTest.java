package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WholeTokensTest {
    private static Vocabulary vocabulary(List<byte[]> spellings) {
        var names = new ArrayList<@Nullable String>();
        spellings.forEach(bytes -> names.add(ByteAlphabet.write(bytes)));
        return new Vocabulary(names, List.of(), token -> {
            var bytes = ByteAlphabet.read(token);
            return bytes == null ? new byte[0] : bytes;
        }, null);
    }

    /** The table beside a map, with few different bytes so that pieces collide, zero bytes, and room or none behind a piece. */
    @Property(tries = 500)
    void answersLikeAMap(@ForAll @Size(min = 1, max = 200) List<@Size(min = 1, max = 16) List<@IntRange(max = 2) Integer>> pieces,
            @ForAll @IntRange(max = 20) int room) {
        var spellings = pieces.stream().map(WholeTokensTest::bytes).toList();
        var known = spellings.subList(0, (spellings.size() + 1) / 2);
        var table = new WholeTokens(vocabulary(known));
        var settled = new HashMap<List<Byte>, Integer>();
        for (int i = 0; i < spellings.size(); i++) {
            var piece = spellings.get(i);
            var text = new byte[3 + piece.length + room];
            Arrays.fill(text, (byte) 1);
            System.arraycopy(piece, 0, text, 3, piece.length);
            boolean entered = piece.length <= WholeTokens.LONGEST && known.stream().anyMatch(other -> Arrays.equals(other, piece));
            int expected = entered ? settled.getOrDefault(boxed(piece), WholeTokens.UNSETTLED) : WholeTokens.NONE;
            assertThat(table.id(text, 3, piece.length)).isEqualTo(expected);
            if (expected == WholeTokens.UNSETTLED) {
                int id = i % 3 == 0 ? WholeTokens.NONE : i % 3 == 1 ? i : TokenizerFiles.LARGEST_ID - i;
                table.settle(text, 3, piece.length, id);
                settled.put(boxed(piece), id);
                assertThat(table.id(piece, 0, piece.length)).isEqualTo(id);
            }
        }
    }

    private static byte[] bytes(List<Integer> values) {
        var bytes = new byte[values.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values.get(i) * 127); // 0, 127, -2
        }
        return bytes;
    }

    private static List<Byte> boxed(byte[] bytes) {
        var list = new ArrayList<Byte>();
        for (byte b : bytes) {
            list.add(b);
        }
        return list;
    }

    @Test
    void aTokenThatTheMergesNeverReachIsNotTakenWhole() {
        var tokens = new ArrayList<String>();
        for (int b = 0; b < 256; b++) {
            tokens.add(String.valueOf(ByteAlphabet.character(b)));
        }
        tokens.addAll(List.of("bc", "ab", "abc"));
        var merges = new Merges(new long[]{LongIntMap.pair('b', 'c'), LongIntMap.pair('a', 'b'), LongIntMap.pair(257, 'c')},
                new int[]{256, 257, 258});
        var tokenizer = BytePairFiles.create(tokens, List.of(), merges, PreSplit.CL100K);
        for (int time = 0; time < 3; time++) { // met first, settled, settled
            assertThat(tokenizer.encode("abc")).containsExactly('a', 256);
            assertThat(tokenizer.encode("ab")).containsExactly(257);
        }
    }
}
