package org.lyceum.study.evaluation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.QueryBuilder;

/**
 * Passages ranked by the words that they share with a query: BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009, section 3.4) over
 * stems of English words, as Lucene does it.
 */
final class Bm25 implements AutoCloseable {
    private static final String TEXT = "text";

    private final EnglishAnalyzer analyzer = new EnglishAnalyzer();
    private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
    private final DirectoryReader reader;
    private final IndexSearcher searcher;

    /** An index of {@code passages} in memory. */
    Bm25(List<String> passages) {
        try {
            // One segment without merges: a document's number is its place.
            try (var writer = new IndexWriter(directory, new IndexWriterConfig(analyzer).setMergePolicy(NoMergePolicy.INSTANCE)
                    .setRAMBufferSizeMB(1024))) {
                for (var passage : passages) {
                    var document = new Document();
                    document.add(new TextField(TEXT, passage, Store.NO));
                    writer.addDocument(document);
                }
            }
            reader = DirectoryReader.open(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("an index in memory", e);
        }
        searcher = new IndexSearcher(reader);
    }

    /** The places of the {@code most} best passages that share a word with {@code query}, the best first. */
    List<Integer> best(String query, int most) {
        var words = new QueryBuilder(analyzer).createBooleanQuery(TEXT, query);
        var places = new ArrayList<Integer>();
        if (words != null) {
            try {
                for (var hit : searcher.search(words, most).scoreDocs) {
                    places.add(hit.doc);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("an index in memory", e);
            }
        }
        return places;
    }

    @Override
    public void close() {
        try {
            reader.close();
            directory.close();
        } catch (IOException e) {
            throw new UncheckedIOException("an index in memory", e);
        }
        analyzer.close();
    }
}
