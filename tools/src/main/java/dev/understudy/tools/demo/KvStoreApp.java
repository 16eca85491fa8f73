package dev.understudy.tools.demo;

import com.google.protobuf.ByteString;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.tools.demo.KvTx.MalformedTxException;
import dev.understudy.types.FailureException;
import dev.understudy.types.Hash;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.proto.Event;
import dev.understudy.types.wire.proto.EventAttribute;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.Misbehavior;
import dev.understudy.types.wire.proto.PublicKey;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestFinalizeBlock;
import dev.understudy.types.wire.proto.RequestInitChain;
import dev.understudy.types.wire.proto.RequestProcessProposal;
import dev.understudy.types.wire.proto.RequestQuery;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseApplySnapshotChunk;
import dev.understudy.types.wire.proto.ResponseCheckTx;
import dev.understudy.types.wire.proto.ResponseCommit;
import dev.understudy.types.wire.proto.ResponseFinalizeBlock;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseInitChain;
import dev.understudy.types.wire.proto.ResponseListSnapshots;
import dev.understudy.types.wire.proto.ResponseLoadSnapshotChunk;
import dev.understudy.types.wire.proto.ResponseOfferSnapshot;
import dev.understudy.types.wire.proto.ResponsePrepareProposal;
import dev.understudy.types.wire.proto.ResponseProcessProposal;
import dev.understudy.types.wire.proto.ResponseQuery;
import dev.understudy.types.wire.proto.ValidatorUpdate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;

/**
 * An app that behaves as the kvstore of CometBFT 0.38 (abci/example/kvstore at v0.38.25), answer by
 * answer, so that recorded app hashes and results hold; a real node can run on it too.
 *
 * <p>Faithful in its weakness as well: after FinalizeBlock, Info names a height that is not
 * committed yet, and a block executed twice counts twice. Used by one thread at a time; whoever
 * opened it closes it.
 */
public final class KvStoreApp implements AbciApplication, AutoCloseable {
  /** The line whose kvstore this is. */
  public static final EngineLine LINE = EngineLine.COMETBFT_0_38;

  private static final String ABCI_VERSION = "2.0.0";
  static final int APP_VERSION = 1;
  private static final int APP_HASH_BYTES = 8;
  private static final int INVALID_TX_FORMAT = 2;
  private static final int ACCEPT = 1;
  private static final int REJECT = 2;
  private static final int DUPLICATE_VOTE = 1;
  private static final int ADDRESS_BYTES = 20;
  private static final ByteString ENTRY_PREFIX = ByteString.copyFromUtf8("kvPairKey:");

  private final KvStoreState state;
  private final Map<ByteString, PublicKey> validatorsByAddress = new HashMap<>();
  private final List<ValidatorUpdate> stagedUpdates = new ArrayList<>();
  private final List<ByteString> stagedTxs = new ArrayList<>();

  private KvStoreApp(final KvStoreState state) {
    this.state = state;
    state.entries().forEach(this::rememberValidator);
  }

  /** Opens the app with its database in a folder of its own. */
  public static KvStoreApp open(final Path folder) throws FailureException {
    return new KvStoreApp(KvStoreState.open(folder));
  }

  /** Serves it on a socket as 0.38 does. Close the server first, then the app. */
  public AbciServer listen(final AbciAddress address) throws FailureException {
    return AbciServer.start(address, LINE.frameLength(), this);
  }

  @Override
  public Response answer(final Request request) throws RefusalException {
    final Response.Builder answer = Response.newBuilder();
    return switch (request.getValueCase()) {
      case INFO -> answer.setInfo(info()).build();
      case INIT_CHAIN -> answer.setInitChain(initChain(request.getInitChain())).build();
      case QUERY -> answer.setQuery(query(request.getQuery())).build();
      case CHECK_TX -> answer.setCheckTx(checkTx(request.getCheckTx().getTx())).build();
      case PREPARE_PROPOSAL ->
          answer
              .setPrepareProposal(prepareProposal(request.getPrepareProposal().getTxsList()))
              .build();
      case PROCESS_PROPOSAL ->
          answer.setProcessProposal(processProposal(request.getProcessProposal())).build();
      case FINALIZE_BLOCK ->
          answer.setFinalizeBlock(finalizeBlock(request.getFinalizeBlock())).build();
      case COMMIT -> answer.setCommit(commit()).build();
      // it has no snapshots: the answers of BaseApplication (abci/types/application.go)
      case LIST_SNAPSHOTS ->
          answer.setListSnapshots(ResponseListSnapshots.getDefaultInstance()).build();
      case OFFER_SNAPSHOT ->
          answer.setOfferSnapshot(ResponseOfferSnapshot.getDefaultInstance()).build();
      case LOAD_SNAPSHOT_CHUNK ->
          answer.setLoadSnapshotChunk(ResponseLoadSnapshotChunk.getDefaultInstance()).build();
      case APPLY_SNAPSHOT_CHUNK ->
          answer.setApplySnapshotChunk(ResponseApplySnapshotChunk.getDefaultInstance()).build();
      case ECHO, FLUSH, BEGIN_BLOCK, DELIVER_TX, END_BLOCK, VALUE_NOT_SET ->
          throw new RefusalException("unknown request from client: " + request.getValueCase());
    };
  }

  private ResponseInfo info() {
    return ResponseInfo.newBuilder()
        .setData("{\"size\":" + state.size() + "}")
        .setVersion(ABCI_VERSION)
        .setAppVersion(APP_VERSION)
        .setLastBlockHeight(state.height())
        .setLastBlockAppHash(appHash(state.size()))
        .build();
  }

  private ResponseInitChain initChain(final RequestInitChain request) {
    request.getValidatorsList().forEach(this::updateValidator);
    state.saveEntries();
    return ResponseInitChain.newBuilder().setAppHash(appHash(state.size())).build();
  }

  private static ResponseCheckTx checkTx(final ByteString tx) {
    return KvTx.isValid(tx)
        ? ResponseCheckTx.newBuilder().setGasWanted(1).build()
        : ResponseCheckTx.newBuilder().setCode(INVALID_TX_FORMAT).build();
  }

  private static ResponsePrepareProposal prepareProposal(final List<ByteString> txs) {
    final ResponsePrepareProposal.Builder answer = ResponsePrepareProposal.newBuilder();
    txs.stream().filter(KvTx::isValid).map(KvTx::normalised).forEach(answer::addTxs);
    return answer.build();
  }

  private static ResponseProcessProposal processProposal(final RequestProcessProposal request) {
    final boolean valid = request.getTxsList().stream().allMatch(KvTx::isValid);
    return ResponseProcessProposal.newBuilder().setStatus(valid ? ACCEPT : REJECT).build();
  }

  private ResponseFinalizeBlock finalizeBlock(final RequestFinalizeBlock request) {
    stagedUpdates.clear();
    stagedTxs.clear();
    request.getMisbehaviorList().forEach(this::punish);
    final ResponseFinalizeBlock.Builder answer = ResponseFinalizeBlock.newBuilder();
    for (final ByteString tx : request.getTxsList()) {
      if (KvTx.isForValidator(tx)) {
        stagedUpdates.add(updateIn(tx));
      } else {
        stagedTxs.add(tx);
      }
      answer.addTxResults(result(tx));
    }
    state.advance(request.getHeight(), request.getTxsCount());
    return answer.addAllValidatorUpdates(stagedUpdates).setAppHash(appHash(state.size())).build();
  }

  private void punish(final Misbehavior misbehavior) {
    if (misbehavior.getType() != DUPLICATE_VOTE) {
      return;
    }
    final PublicKey key = validatorsByAddress.get(misbehavior.getValidator().getAddress());
    if (key == null) {
      throw new IllegalStateException("a validator to be punished is unknown");
    }
    stagedUpdates.add(
        ValidatorUpdate.newBuilder()
            .setPubKey(key)
            .setPower(misbehavior.getValidator().getPower() - 1)
            .build());
  }

  static ValidatorUpdate updateIn(final ByteString tx) {
    try {
      return KvTx.update(tx);
    } catch (final MalformedTxException e) {
      throw new IllegalStateException(e);
    }
  }

  static ExecTxResult result(final ByteString tx) {
    final int split = KvTx.onlyEqualsSign(tx);
    final ByteString key = split < 0 ? tx : tx.substring(0, split);
    final ByteString value = split < 0 ? tx : tx.substring(split + 1);
    return ExecTxResult.newBuilder()
        // the spelling is the original's, and part of what nodes have stored
        .addEvents(event("Cosmoshi Netowoko", key))
        .addEvents(event("Cosmoshi", value))
        .build();
  }

  private static Event event(final String creator, final ByteString key) {
    final ByteString works = ByteString.copyFromUtf8("index is working");
    return Event.newBuilder()
        .setType(ByteString.copyFromUtf8("app"))
        .addAttributes(attribute("creator", ByteString.copyFromUtf8(creator), true))
        .addAttributes(attribute("key", key, true))
        .addAttributes(attribute("index_key", works, true))
        .addAttributes(attribute("noindex_key", works, false))
        .build();
  }

  private static EventAttribute attribute(
      final String key, final ByteString value, final boolean index) {
    return EventAttribute.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(value)
        .setIndex(index)
        .build();
  }

  private ResponseCommit commit() {
    stagedUpdates.forEach(this::updateValidator);
    for (final ByteString tx : stagedTxs) {
      final int split = KvTx.onlyEqualsSign(tx);
      if (split < 0) {
        throw new IllegalStateException("a transaction has not exactly one '='");
      }
      state.put(ENTRY_PREFIX.concat(tx.substring(0, split)), tx.substring(split + 1));
    }
    state.save();
    return ResponseCommit.getDefaultInstance();
  }

  private ResponseQuery query(final RequestQuery request) {
    final ResponseQuery.Builder answer = ResponseQuery.newBuilder().setKey(request.getData());
    if (request.getPath().equals("/val")) {
      state.get(KvTx.VALIDATOR_PREFIX.concat(request.getData())).ifPresent(answer::setValue);
      return answer.build();
    }
    final Optional<ByteString> value = state.get(ENTRY_PREFIX.concat(request.getData()));
    value.ifPresent(answer::setValue);
    if (request.getProve()) {
      answer.setIndex(-1);
    }
    return answer
        .setLog(value.isPresent() ? "exists" : "does not exist")
        .setHeight(state.height())
        .build();
  }

  private void updateValidator(final ValidatorUpdate update) {
    final ByteString address = address(update.getPubKey());
    final ByteString key = KvTx.VALIDATOR_PREFIX.concat(keyBytes(update.getPubKey()));
    if (update.getPower() == 0) {
      state.delete(key);
      validatorsByAddress.remove(address);
    } else {
      state.put(key, delimited(update));
      validatorsByAddress.put(address, update.getPubKey());
    }
  }

  private void rememberValidator(final ByteString key, final ByteString value) {
    if (!key.startsWith(KvTx.VALIDATOR_PREFIX)) {
      return;
    }
    try {
      final ValidatorUpdate update = ValidatorUpdate.parseDelimitedFrom(value.newInput());
      validatorsByAddress.put(address(update.getPubKey()), update.getPubKey());
    } catch (final IOException e) {
      throw new UncheckedIOException("a validator in the embedded app's database", e);
    }
  }

  private static ByteString delimited(final ValidatorUpdate update) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      update.writeDelimitedTo(out);
    } catch (final IOException e) {
      throw new UncheckedIOException("writing into memory", e);
    }
    return ByteString.copyFrom(out.toByteArray());
  }

  private static ByteString keyBytes(final PublicKey key) {
    return switch (key.getSumCase()) {
      case ED25519 -> key.getEd25519();
      case SECP256K1 -> key.getSecp256K1();
      case BLS12381, MLDSA65, SECP256K1ETH, SUM_NOT_SET ->
          throw new IllegalStateException("a validator's key of an unknown kind");
    };
  }

  private static ByteString address(final PublicKey key) {
    final byte[] bytes = keyBytes(key).toByteArray();
    final int size = key.hasEd25519() ? 32 : 33;
    if (bytes.length != size) {
      throw new IllegalStateException("a validator's key of " + bytes.length + " bytes");
    }
    final byte[] sha = Hash.sha256(bytes).array();
    if (key.hasEd25519()) {
      return ByteString.copyFrom(sha, 0, ADDRESS_BYTES);
    }
    final RIPEMD160Digest ripemd = new RIPEMD160Digest();
    ripemd.update(sha, 0, sha.length);
    final byte[] address = new byte[ADDRESS_BYTES];
    ripemd.doFinal(address, 0);
    return ByteString.copyFrom(address);
  }

  // the count of transactions as Go's signed varint, padded with zeros
  static ByteString appHash(final long transactions) {
    final byte[] hash = new byte[APP_HASH_BYTES];
    long rest = transactions << 1;
    int i = 0;
    while ((rest & ~0x7fL) != 0) {
      hash[i++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    hash[i] = (byte) rest;
    return ByteString.copyFrom(hash);
  }

  @Override
  public void close() throws IOException {
    state.close();
  }
}
