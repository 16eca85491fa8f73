package dev.understudy.storage.home;

import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.json.GenesisJson;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.json.MalformedJsonException;
import dev.understudy.types.line.EngineLine;
import java.util.Optional;

/**
 * Remembers which genesis a home was begun with, in {@code <home>/understudy/genesis.json}, so that
 * a file that was changed or swapped since is noticed: nothing else in a home says what the app was
 * told at its InitChain. A node that had the home left its own document in the state database;
 * where both are there, both count. The home's lock is held by the caller.
 */
public final class GenesisRecord {
  private static final String IF_DAMAGED =
      "Check that the genesis file is the chain's own, delete the record, and run the same command"
          + " again.";

  private final HomeLayout layout;
  private final EngineLine line;

  public GenesisRecord(final HomeLayout layout, final EngineLine line) {
    this.layout = layout;
    this.line = line;
  }

  /** What the home was begun with; empty where no Understudy has begun it. */
  public Optional<Hash> read() throws FailureException {
    return RecordFile.read(
            layout.genesisRecordFile(),
            root -> root.path("sha256").asText("").matches("[0-9A-Fa-f]{64}"),
            IF_DAMAGED)
        .map(root -> Hash.fromHex(root.path("sha256").asText()));
  }

  /** Takes this genesis as the home's, durably; for a home that has no block yet. */
  public void write(final GenesisDoc genesis) throws FailureException {
    final var root =
        RecordFile.begin()
            .put("chain_id", genesis.chainId())
            .put("sha256", GenesisFingerprint.of(genesis).toString());
    RecordFile.write(layout.genesisRecordFile(), root);
  }

  /**
   * For a home that has blocks or a state: fails with CONFIGURATION unless the genesis file says
   * what the home was begun with. A home without a record gets one.
   *
   * @param nodesOwn the document in the state database, as a node left it
   */
  public void requireSame(final GenesisDoc genesis, final Optional<Bytes> nodesOwn)
      throws FailureException {
    final Hash now = GenesisFingerprint.of(genesis);
    if (nodesOwn.isPresent()) {
      final Hash stored = GenesisFingerprint.of(decode(nodesOwn.get()));
      if (!stored.equals(now)) {
        throw changed("the genesis document that the node left in state.db", stored, now);
      }
    }
    final Optional<Hash> begun = read();
    if (begun.isEmpty()) {
      write(genesis);
    } else if (!begun.get().equals(now)) {
      throw changed("the genesis that this home was begun with", begun.get(), now);
    }
  }

  private GenesisDoc decode(final Bytes document) throws FailureException {
    try {
      return new GenesisJson(line, AddressDerivation::addressOf, JsonLimits.GENESIS)
          .decode(document.array());
    } catch (final MalformedJsonException e) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "the genesis document in state.db can't be read: " + e.getMessage(),
          "The home is damaged: restore it from a copy, or sync it anew.",
          e);
    }
  }

  private FailureException changed(final String what, final Hash expected, final Hash found) {
    return new FailureException(
        FailureKind.CONFIGURATION,
        "the genesis file %s is not %s: fingerprint %s, expected %s"
            .formatted(layout.genesisFile(), what, found, expected),
        "Put the chain's own genesis file back. If the earlier one was wrong, this home and its"
            + " app's data are too: start both anew. Nothing was changed.");
  }
}
