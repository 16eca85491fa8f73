package dev.understudy.tools.synth;

import dev.understudy.tools.archive.SnapshotOrigin;
import dev.understudy.tools.archive.SnapshotPacker;
import dev.understudy.tools.demo.KvStoreApp;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.Sha256;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.json.SnapshotWriter;
import dev.understudy.types.made.MadeBlock;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A made chain's archive with one snapshot beside its blocks: the state and the commit are the
 * chain's own, so it is provable, and the chunks are random bytes, described as an SDK app
 * describes them. No app can do anything with them but count them. Runs on the caller's thread.
 */
public final class SnapshotSynth {
  /** Header h+1's commit lies in block h+2: the snapshot is of the third block from the end. */
  private static final int PROVING = 3;

  private static final int CHUNK_HASHES = 0x0a;
  private static final int FORMAT = 3;

  private final SynthConfig config;
  private final long bytes;
  private final int chunkBytes;

  /**
   * @param bytes of all chunks together
   * @param chunkBytes of each but the last one
   */
  public SnapshotSynth(final SynthConfig config, final long bytes, final int chunkBytes) {
    if (bytes < 1 || chunkBytes < 1 || bytes / chunkBytes >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a snapshot has bytes, in fewer than 2^31 chunks");
    }
    if (config.chain().blocks() < PROVING) {
      throw new IllegalArgumentException("a snapshot is proven by three blocks");
    }
    this.config = config;
    this.bytes = bytes;
    this.chunkBytes = chunkBytes;
  }

  /** Makes chain and snapshot; returns the snapshot when all of it is on the disk. */
  public Snapshot make() throws FailureException, InterruptedException {
    final Deque<MadeBlock> last = new ArrayDeque<>();
    new ArchiveSynth(
            config,
            (runtime, id, from, to, raw, stored) -> {},
            block -> {
              last.add(block);
              if (last.size() > PROVING) {
                last.remove();
              }
            })
        .make();
    final List<MadeBlock> proving = new ArrayList<>(last);
    final ArchivedSnapshot archived = describe(proving.get(0), proving.get(1));
    new SnapshotPacker(config.out(), Clock.systemUTC(), (height, chunks, stored) -> {})
        .pack(
            (above, taker) -> {
              taker.take(new Made(archived));
              return 1;
            });
    return archived.snapshot();
  }

  private ArchivedSnapshot describe(final MadeBlock at, final MadeBlock above) {
    final Header header = above.block().header();
    final long height = at.block().header().height();
    final State state =
        new State(
            header.version(),
            KvStoreApp.LINE.software(),
            config.chainId(),
            config.initialHeight(),
            height,
            at.id(),
            at.block().header().time(),
            above.next(),
            above.set(),
            at.set(),
            height + 2,
            above.params(),
            height + 1,
            header.lastResultsHash(),
            header.appHash());
    return new ArchivedSnapshot(snapshot(height), at.block(), at.commit(), state);
  }

  private Snapshot snapshot(final long height) {
    final int chunks = Math.toIntExact((bytes + chunkBytes - 1) / chunkBytes);
    final MessageDigest whole = Sha256.newDigest();
    final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    for (int i = 0; i < chunks; i++) {
      final byte[] chunk = chunk(i);
      whole.update(chunk);
      metadata.write(CHUNK_HASHES);
      metadata.write(Hash.SIZE);
      metadata.writeBytes(Hash.sha256(chunk).array());
    }
    return new Snapshot(
        height, FORMAT, chunks, Bytes.wrap(whole.digest()), Bytes.wrap(metadata.toByteArray()));
  }

  /** The same bytes whenever it is asked for. */
  private byte[] chunk(final int index) {
    final long from = (long) index * chunkBytes;
    final byte[] chunk = new byte[(int) Math.min(chunkBytes, bytes - from)];
    new SplittableRandom(index).nextBytes(chunk);
    return chunk;
  }

  private final class Made implements SnapshotOrigin.Packable {
    private final ArchivedSnapshot head;

    Made(final ArchivedSnapshot head) {
      this.head = head;
    }

    @Override
    public Snapshot snapshot() {
      return head.snapshot();
    }

    @Override
    public String chainId() {
      return config.chainId();
    }

    @Override
    public SnapshotOrigin.Text bundle(final int chunk) {
      return out ->
          SnapshotWriter.bundle(
              out,
              snapshot().height(),
              chunk,
              chunk == 0 ? Optional.of(head) : Optional.empty(),
              Bytes.wrap(chunk(chunk)),
              KvStoreApp.LINE);
    }
  }
}
