package dev.understudy.tools.demo;

import com.google.protobuf.ByteString;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.ValidatorCodec;
import dev.understudy.types.wire.proto.ConsensusParams;
import dev.understudy.types.wire.proto.Event;
import dev.understudy.types.wire.proto.EventAttribute;
import dev.understudy.types.wire.proto.ExecTxResult;
import dev.understudy.types.wire.proto.Misbehavior;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseBeginBlock;
import dev.understudy.types.wire.proto.ResponseCommit;
import dev.understudy.types.wire.proto.ResponseEndBlock;
import dev.understudy.types.wire.proto.ResponseInfo;
import dev.understudy.types.wire.proto.ResponseInitChain;
import dev.understudy.types.wire.proto.ValidatorUpdate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;

/**
 * The persistent kvstore of 0.34 and 0.37 as far as hashes go (abci/example/kvstore at v0.37.18):
 * its hash counts transactions, those that change validators excepted. The state is kept in memory;
 * {@link #restarted} is the same app in a new process, with what it had committed.
 */
public final class OldKvStoreApp implements AutoCloseable {
  private final EngineLine line;
  private final AbciServer server;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<ValidatorUpdate> updates = new ArrayList<>();
  private final Map<Address, ValidatorUpdate> validators = new HashMap<>();
  private Optional<ConsensusParams> params = Optional.empty();
  private volatile LongConsumer afterCommit = height -> {};
  private volatile long wrongAt = -1;
  private long size;
  private long height;
  private long committedSize;
  private long committedHeight;

  private OldKvStoreApp(final EngineLine line, final long size, final long height)
      throws FailureException {
    this.line = line;
    this.size = size;
    this.height = height;
    this.committedSize = size;
    this.committedHeight = height;
    this.server = AbciServer.start(AbciAddress.loopback(0), line.frameLength(), this::answer);
  }

  public static OldKvStoreApp start(final EngineLine line) throws FailureException {
    return new OldKvStoreApp(line, 0, 0);
  }

  /** With what this one had committed. */
  public OldKvStoreApp restarted() throws FailureException {
    return new OldKvStoreApp(line, committedSize, committedHeight);
  }

  /** Runs when a block is committed and the engine does not know yet. */
  public OldKvStoreApp afterCommit(final LongConsumer action) {
    afterCommit = action;
    return this;
  }

  /** Commits another state than the chain's at this height. */
  public OldKvStoreApp withOtherStateAt(final long at) {
    wrongAt = at;
    return this;
  }

  public AbciAddress address() {
    return server.address();
  }

  /** "begin 5", "tx", "end 5", "commit", in order. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  private Response answer(final Request request) throws AbciApplication.RefusalException {
    final Response.Builder answer = Response.newBuilder();
    return switch (request.getValueCase()) {
      case INFO ->
          answer
              .setInfo(
                  ResponseInfo.newBuilder()
                      .setAppVersion(1)
                      .setLastBlockHeight(committedHeight)
                      .setLastBlockAppHash(
                          committedHeight == 0 ? ByteString.EMPTY : hash(committedSize)))
              .build();
      case INIT_CHAIN -> {
        request.getInitChain().getValidatorsList().forEach(this::remember);
        yield answer.setInitChain(ResponseInitChain.getDefaultInstance()).build();
      }
      case BEGIN_BLOCK -> {
        height = request.getBeginBlock().getHeader().getHeight();
        calls.add("begin " + height);
        updates.clear();
        params = Optional.empty();
        request.getBeginBlock().getByzantineValidatorsList().forEach(this::punish);
        yield answer
            .setBeginBlock(ResponseBeginBlock.newBuilder().addEvents(event("began")))
            .build();
      }
      case DELIVER_TX -> {
        calls.add("tx");
        final String tx = request.getDeliverTx().getTx().toStringUtf8();
        if (tx.startsWith("val:")) {
          final ValidatorUpdate update = update(tx);
          remember(update);
          updates.add(update);
        } else {
          ParamsTx.updates(List.of(request.getDeliverTx().getTx()))
              .ifPresent(changed -> params = Optional.of(changed));
          size++;
        }
        yield answer.setDeliverTx(ExecTxResult.newBuilder().addEvents(event("delivered"))).build();
      }
      case END_BLOCK -> {
        calls.add("end " + request.getEndBlock().getHeight());
        final ResponseEndBlock.Builder end =
            ResponseEndBlock.newBuilder().addAllValidatorUpdates(updates).addEvents(event("ended"));
        params.ifPresent(end::setConsensusParamUpdates);
        yield answer.setEndBlock(end).build();
      }
      case COMMIT -> {
        calls.add("commit");
        if (height == wrongAt) {
          size++;
        }
        committedSize = size;
        committedHeight = height;
        afterCommit.accept(height);
        yield answer.setCommit(ResponseCommit.newBuilder().setData(hash(size))).build();
      }
      default -> throw new AbciApplication.RefusalException("not a call of this line: " + request);
    };
  }

  /** Go's signed varint in eight bytes. */
  private static ByteString hash(final long size) {
    final byte[] hash = new byte[8];
    long rest = size << 1;
    int i = 0;
    for (; rest >= 0x80; rest >>>= 7) {
      hash[i++] = (byte) (rest | 0x80);
    }
    hash[i] = (byte) rest;
    return ByteString.copyFrom(hash);
  }

  private void remember(final ValidatorUpdate update) {
    final PubKey key =
        new PubKey(KeyType.ED25519, Bytes.wrap(update.getPubKey().getEd25519().toByteArray()));
    validators.put(AddressDerivation.addressOf(key), update);
  }

  private void punish(final Misbehavior misbehavior) {
    final Address address = Address.wrap(misbehavior.getValidator().getAddress().toByteArray());
    final ValidatorUpdate known = Objects.requireNonNull(validators.get(address), "punish whom");
    updates.add(known.toBuilder().setPower(misbehavior.getValidator().getPower() - 1).build());
  }

  private static ValidatorUpdate update(final String tx) {
    final int power = tx.indexOf('!');
    final byte[] key = Base64.getDecoder().decode(tx.substring("val:".length(), power));
    return ValidatorUpdate.newBuilder()
        .setPubKey(ValidatorCodec.toWire(new PubKey(KeyType.ED25519, Bytes.wrap(key))))
        .setPower(Long.parseLong(tx.substring(power + 1)))
        .build();
  }

  private static Event event(final String type) {
    return Event.newBuilder()
        .setType(ByteString.copyFrom(type, StandardCharsets.UTF_8))
        .addAttributes(
            EventAttribute.newBuilder()
                .setKey(ByteString.copyFromUtf8("by"))
                .setValue(ByteString.copyFromUtf8("app"))
                .setIndex(true))
        .build();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
