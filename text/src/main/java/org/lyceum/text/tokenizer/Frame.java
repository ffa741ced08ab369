package org.lyceum.text.tokenizer;

/**
 * The tokens that a tokenizer's own post-processor puts around a text for its model: {@code <bos>} before it, {@code [CLS]} and
 * {@code [SEP]} around it. Most decoders have none, or a beginning only. The arrays are not to be changed.
 *
 * @param before ids before the text
 * @param after  ids after it
 */
public record Frame(int[] before, int[] after) {
    /** Nothing on either side. */
    public static final Frame NONE = new Frame(new int[0], new int[0]);

    /** {@code ids} with the frame around them. */
    public int[] around(int[] ids) {
        var framed = new int[before.length + ids.length + after.length];
        System.arraycopy(before, 0, framed, 0, before.length);
        System.arraycopy(ids, 0, framed, before.length, ids.length);
        System.arraycopy(after, 0, framed, before.length + ids.length, after.length);
        return framed;
    }
}
