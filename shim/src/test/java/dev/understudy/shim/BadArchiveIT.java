package dev.understudy.shim;

import static dev.understudy.types.FailureKind.ARCHIVE;
import static dev.understudy.types.FailureKind.CONFIGURATION;
import static dev.understudy.types.FailureKind.VERIFICATION;

import dev.understudy.shim.BadInputBed.Expected;
import dev.understudy.shim.BadInputBed.Spoiling;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.source.kyve.FakeArchive;
import dev.understudy.shim.testchain.ChainJson;
import dev.understudy.shim.testchain.HeaderEdit;
import dev.understudy.shim.testchain.MadeEvidence;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.Evidence;
import dev.understudy.types.FailureKind;
import dev.understudy.types.wire.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole syncs from archives that are broken, lie, or hold another chain's blocks. */
@Timeout(60)
class BadArchiveIT {
  private static BadInputBed bed;

  @BeforeAll
  static void open(@TempDir final Path folder) throws Exception {
    bed = new BadInputBed(folder);
  }

  @AfterAll
  static void close() throws Exception {
    bed.close();
  }

  private static Arguments bad(
      final String name, final FailureKind kind, final List<String> words, final Spoiling how) {
    return Arguments.of(name, new Expected(kind, words), how);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"bundles", "lists", "servers", "contents", "forgeries"})
  void endsWithAReasonAndTheSameCommandGoesOn(
      final String name, final Expected expected, final Spoiling spoiling) throws Exception {
    bed.recoversFrom(expected, spoiling);
  }

  private static Arguments stored(
      final String name, final List<String> words, final UnaryOperator<byte[]> edit) {
    return bad(name, ARCHIVE, words, bad -> bad.archive.withStored(1, edit));
  }

  private static Arguments text(final String name, final String word, final String text) {
    return bad(
        name,
        VERIFICATION,
        List.of("bundle 1", "byte", word),
        bad -> bad.archive.withText(1, honest -> text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Arguments item(
      final String name, final List<String> words, final UnaryOperator<String> edit) {
    return bad(name, VERIFICATION, words, bad -> bad.archive.withItem(9, edit));
  }

  /** Bundle 1 holds the heights 7 to 12. */
  static Stream<Arguments> bundles() {
    return Stream.of(
        bad(
            "bytes that are not the promised ones",
            ARCHIVE,
            List.of("bundle 1", "with the hash"),
            bad -> bad.archive.server().misbehave("file1", FakeArchive.body(200, "\u001fxyz"))),
        bad(
            "a wrong hash in the list",
            ARCHIVE,
            List.of("bundle 1", "instead of 00000000"),
            bad -> {
              bad.archive.archiveTo(BadInputBed.TARGET + 1);
              bad.archive.withListed(1, "data_hash", "0".repeat(64));
            }),
        bad(
            "a wrong Merkle root",
            VERIFICATION,
            List.of("bundle 1", "Merkle root"),
            bad -> {
              bad.archive.archiveTo(BadInputBed.TARGET + 1);
              bad.archive.withListed(
                  1, "bundle_summary", "{\"merkle_root\":\"" + "ab".repeat(32) + "\"}");
            }),
        stored(
            "a truncated bundle",
            List.of("bundle 1", "no sound gzip"),
            bytes -> Arrays.copyOf(bytes, bytes.length / 2)),
        stored(
            "a corrupted bundle", List.of("bundle 1", "no sound gzip"), BadArchiveIT::flipMiddle),
        stored(
            "something else than gzip",
            List.of("bundle 1"),
            bytes -> "[]".getBytes(StandardCharsets.US_ASCII)),
        bad(
            "an oversized bundle",
            ARCHIVE,
            List.of("bundle 0", "larger than 100 bytes"),
            bad -> bad.source = c -> c.withLimits(c.limits().withMaxBundleBytes(100))),
        bad(
            "a decompression bomb",
            ARCHIVE,
            List.of("bundle 1", "decompresses to more than"),
            bad -> {
              bad.source = c -> c.withLimits(c.limits().withMaxDecompressedBytes(20L << 20));
              bad.archive.withText(
                  1, honest -> " ".repeat(40 << 20).getBytes(StandardCharsets.US_ASCII));
            }));
  }

  private static byte[] flipMiddle(final byte[] bytes) {
    final byte[] other = bytes.clone();
    other[other.length / 2] ^= 0x55;
    return other;
  }

  static Stream<Arguments> contents() {
    final String deep = "[".repeat(200_000) + "]".repeat(200_000);
    return Stream.of(
        text("no JSON", "not JSON", "[garbage"),
        text("an object in the array's place", "found an object", "{}"),
        text("text that ends in the middle", "not JSON", "[{\"key\":\"7\",\"value\":{\"header\":{"),
        text(
            "a string in the block's place", "found a string", "[{\"key\":\"7\",\"value\":\"x\"}]"),
        text("JSON of absurd depth", "found an array", "[{\"key\":\"7\",\"value\":" + deep + "}]"),
        text(
            "JSON of absurd depth where it is skipped",
            "over a limit",
            "[{\"key\":\"7\",\"more\":" + deep + "}]"),
        text(
            "a number of absurd length",
            "over a limit",
            "[{\"key\":\"7\",\"value\":{\"header\":{\"height\":" + "9".repeat(1 << 20) + "}}}]"),
        text(
            "a name of absurd length",
            "over a limit",
            "[{\"" + "n".repeat(1 << 20) + "\":1,\"key\":\"7\"}]"),
        item(
            "a missing key",
            List.of("bundle 1", "\"key\" is missing"),
            t -> t.replace("\"key\":\"9\",", "")),
        item(
            "a key that is no height",
            List.of("bundle 1", "nine"),
            t -> t.replace("\"key\":\"9\"", "\"key\":\"nine\"")),
        item("a null block", List.of("bundle 1", "null"), t -> "{\"key\":\"9\",\"value\":null}"),
        item("a missing height", List.of("block 10", "does not follow block 8"), t -> ""),
        item("a doubled height", List.of("does not follow block 9"), t -> t + "," + t),
        bad(
            "unordered heights",
            VERIFICATION,
            List.of("block 10", "does not follow block 8"),
            bad -> bad.archive.withItem(9, t -> at(10)).withItem(10, t -> at(9))),
        item(
            "a key that is not the block's height",
            List.of("the key says height 9", "header 10"),
            t -> at(10).replace("\"key\":\"10\"", "\"key\":\"9\"")));
  }

  private static String at(final long height) {
    return item(height, bed.made().block(height));
  }

  private static String item(final long height, final Block block) {
    try {
      return "{\"key\":\"%d\",\"value\":%s}".formatted(height, ChainJson.block(block));
    } catch (final IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Stream<Arguments> lists() {
    return Stream.of(
        bad(
            "a gap in the pool",
            ARCHIVE,
            List.of("gap", "heights 13 to 15"),
            bad -> bad.archive.archiveTo(12).skipTo(16)),
        bad(
            "bundles that overlap",
            ARCHIVE,
            List.of("bundle 2", "does not begin above"),
            bad -> bad.archive.archiveTo(12).skipTo(11)),
        listed("ids out of order", ARCHIVE, List.of("bundle 1"), "id", "7"),
        listed("a key that is no number", ARCHIVE, List.of("no item key: 'x'"), "from_key", "x"),
        listed(
            "an unknown compression", ARCHIVE, List.of("compression 77"), "compression_id", "77"),
        bad(
            "a storage provider without a gateway",
            CONFIGURATION,
            List.of("storage provider 99"),
            bad -> {
              bad.archive.archiveTo(BadInputBed.TARGET + 1);
              bad.archive.withListed(1, "storage_provider_id", "99");
              bad.source =
                  c ->
                      c.withGateways(
                          new StorageGateways(
                              List.of(), List.of(), c.gateways().override(), List.of(), List.of()));
            }),
        bad(
            "a pool of another runtime",
            CONFIGURATION,
            List.of("runtime"),
            bad -> bad.archive.server().runtime = "@kyvejs/tendermint-ssync"),
        bad(
            "a pool that begins above",
            ARCHIVE,
            List.of("begins at height 5"),
            bad -> {
              bad.archive.skipTo(5);
              bad.archive.server().startKey = "5";
            }),
        bad(
            "an empty pool",
            ARCHIVE,
            List.of("nothing archived"),
            bad -> bad.archive.skipTo(BadInputBed.TARGET + 2)));
  }

  private static Arguments listed(
      final String name,
      final FailureKind kind,
      final List<String> words,
      final String field,
      final String value) {
    return bad(
        name,
        kind,
        words,
        bad -> {
          bad.archive.archiveTo(BadInputBed.TARGET + 1);
          bad.archive.withListed(1, field, value);
        });
  }

  static Stream<Arguments> servers() {
    return Stream.of("/pool/", "/bundles/", "/storage/")
        .flatMap(
            place ->
                Stream.of(
                    served(place, "404", FakeArchive.status(404), "404"),
                    served(place, "429", FakeArchive.status(429), "429"),
                    served(place, "500", FakeArchive.status(500), "500"),
                    served(place, "a web page", FakeArchive.body(200, "<html>"), "tries"),
                    served(place, "a redirect loop", FakeArchive.redirectToItself(), "redirects"),
                    served(place, "half a body", FakeArchive.halfBody(), "broke"),
                    bad(
                        place + " stalls",
                        ARCHIVE,
                        List.of("tries"),
                        bad -> {
                          bad.source = c -> c.withPatience(shortStall(c.patience()));
                          bad.archive.server().misbehave(place, bad.archive.server().stall());
                        })));
  }

  private static Arguments served(
      final String place,
      final String name,
      final FakeArchive.Behaviour behaviour,
      final String word) {
    return bad(
        place + " gives " + name,
        ARCHIVE,
        List.of(word),
        bad -> bad.archive.server().misbehave(place, behaviour));
  }

  private static SourcePatience shortStall(final SourcePatience usual) {
    return new SourcePatience(
        usual.connectTimeout(),
        Duration.ofMillis(200),
        usual.hedgeAfter(),
        2,
        usual.firstBackoff(),
        usual.longestBackoff(),
        usual.pollInterval(),
        usual.maxRedirects());
  }

  private static Arguments forged(
      final String name, final List<String> words, final UnaryOperator<Block> edit) {
    return bad(
        name,
        VERIFICATION,
        words,
        bad -> bad.archive.withItem(14, t -> item(14, edit.apply(bed.made().block(14)))));
  }

  private static Block header(final Block block, final UnaryOperator<HeaderEdit> edit) {
    return TestChain.withHeader(block, edit.apply(HeaderEdit.of(block.header())).header());
  }

  /** Block 14 has evidence and follows a change of powers. */
  static Stream<Arguments> forgeries() {
    return Stream.of(
        forged(
            "another chain id",
            List.of("block 14", "of chain 'other-1'"),
            block -> header(block, h -> h.chainId("other-1"))),
        forged(
            "a forged block",
            List.of("block 14", "data hash"),
            block -> header(block, h -> h.dataHash(TestChain.otherHash()))),
        forged("a changed tx", List.of("block 14", "data hash"), BadArchiveIT::withTx),
        forged(
            "a changed tx whose header fits",
            List.of("not proven"),
            block -> header(withTx(block), h -> h.dataHash(Hashes.dataHash(withTx(block).txs())))),
        forged(
            "changed evidence",
            List.of("block 14", "evidence hash"),
            block ->
                new Block(block.header(), block.txs(), List.of(duplicate(3)), block.lastCommit())),
        forged(
            "changed evidence whose header fits",
            List.of("not proven"),
            block ->
                header(
                    new Block(
                        block.header(), block.txs(), List.of(duplicate(3)), block.lastCommit()),
                    h -> h.evidenceHash(Hashes.evidenceListHash(List.of(duplicate(3)))))),
        forged(
            "evidence left out",
            List.of("block 14", "evidence hash"),
            block -> new Block(block.header(), block.txs(), List.of(), block.lastCommit())),
        forged(
            "another proposer",
            List.of("block 14", "no validator"),
            block -> header(block, h -> h.proposer(new Signer(99).address()))),
        forged(
            "another time",
            List.of("block 14", "its time is"),
            block -> header(block, h -> h.time(block.header().time().plusMillis(1)))),
        forged(
            "another app hash",
            List.of("not proven"),
            block -> header(block, h -> h.appHash(Bytes.fromHex("ff")))),
        forged(
            "a link to another block",
            List.of("block 14", "commits to another block 13"),
            block -> header(block, h -> h.lastBlockId(bed.made().id(3)))),
        forged(
            "another validator set",
            List.of("block 14", "validators hash"),
            block -> header(block, h -> h.validatorsHash(TestChain.otherHash()))),
        forged(
            "a commit changed under its header",
            List.of("block 14", "last commit hash"),
            block ->
                new Block(
                    block.header(),
                    block.txs(),
                    block.evidence(),
                    bed.made().commit(13).withBadSignature(0).commit())),
        bad(
            "a forged commit at the end",
            VERIFICATION,
            List.of("block 24", "not prove"),
            bad -> lastCommit(bad, bed.made().commit(24).withBadSignature(1).commit())),
        bad(
            "the commit of another height at the end",
            VERIFICATION,
            List.of("block 24"),
            bad -> lastCommit(bad, bed.made().commit(23).commit())),
        bad(
            "too little power at the end",
            VERIFICATION,
            List.of("block 24", "power"),
            bad -> lastCommit(bad, bed.made().commit(24).withAbsent(0, 1).commit())),
        bad(
            "the block of another height under a height",
            VERIFICATION,
            List.of("not"),
            bad ->
                bad.archive.withItem(
                    14, t -> item(14, header(bed.made().block(13), h -> h.height(14))))));
  }

  /** The block behind the target carries the target's commit, and nothing else checks it. */
  private static void lastCommit(final BadInputBed.Bad bad, final Commit commit) {
    final Block block = TestChain.withLastCommit(bed.made().block(25), commit);
    bad.archive.withItem(25, t -> item(25, block));
  }

  private static Evidence duplicate(final int place) {
    return MadeEvidence.duplicateVote(bed.made(), 6, place);
  }

  private static Block withTx(final Block block) {
    return new Block(
        block.header(),
        List.of(Bytes.wrap("forged".getBytes(StandardCharsets.US_ASCII))),
        block.evidence(),
        block.lastCommit());
  }
}
