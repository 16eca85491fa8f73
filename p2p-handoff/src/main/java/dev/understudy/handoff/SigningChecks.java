package dev.understudy.handoff;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.handoff.Check.Answer;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.SignState;
import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.State;
import dev.understudy.types.crypto.AddressDerivation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Whether starting the node here could sign something twice. Of the key file only the public key is
 * used; neither file is ever written.
 */
final class SigningChecks {
  private static final int MAX_KEY_FILE_BYTES = 1 << 20;
  private static final String NEVER_LOWER =
      "Keep priv_validator_state.json as it is, never lower it, and";

  private final HomeLayout layout;
  private final Optional<State> state;
  private final long lastBlock;

  /** {@code lastBlock} is the height after which the node goes on. */
  SigningChecks(final HomeLayout layout, final Optional<State> state, final long lastBlock) {
    this.layout = layout;
    this.state = state;
    this.lastBlock = lastBlock;
  }

  List<Check> all() {
    return List.of(
        new Check("validator-files", this::files),
        new Check("validator-key", this::key),
        new Check("sign-state", this::signState));
  }

  private Finding files(final Answer answer) {
    final Path key = layout.privValidatorKeyFile();
    final Path sign = layout.privValidatorStateFile();
    if (Files.exists(key) && !Files.exists(sign)) {
      return answer.failed(
          "there is %s, but no %s".formatted(key, sign),
          "The node would not start. On a validator restore the file of its last run; only a key"
              + " that never signed may begin with {\"height\":\"0\",\"round\":0,\"step\":0}.");
    }
    if (!Files.exists(key) && Files.exists(sign)) {
      return answer.warning(
          "there is %s, but no %s".formatted(sign, key),
          "The node will make a new key and begin the sign state anew. Restore the key, unless a"
              + " remote signer has it.");
    }
    return answer.passed(
        Files.exists(key) ? "key and sign state are there" : "there are none; the node makes them");
  }

  private Finding key(final Answer answer) throws FailureException {
    final Optional<Address> address = address();
    if (address.isEmpty()) {
      return answer.passed("there is no key");
    }
    if (!isValidator(address.get())) {
      return answer.passed(address.get() + " is no validator here");
    }
    final long doubleSignCheck = layout.config().consensus().doubleSignCheckHeight();
    return answer.warning(
        "this home's key, %s, is in the validator set: the node will sign with it"
            .formatted(address.get()),
        "Two nodes with one key sign twice, and the validator is slashed: make sure that no other"
            + " node has it. double_sign_check_height in config.toml (now %d), for example 10,"
                .formatted(doubleSignCheck)
            + " makes the node refuse to start if the key signed one of the last blocks.");
  }

  private Finding signState(final Answer answer) throws FailureException {
    final Optional<SignState> signed = SignState.read(layout.privValidatorStateFile());
    final long height = signed.map(SignState::height).orElse(0L);
    if (height <= lastBlock) {
      return answer.passed(
          height == 0 ? "nothing was signed yet" : "the last vote was for height " + height);
    }
    final String what =
        "the last vote was for height %d, the home ends at %d".formatted(height, lastBlock);
    // a node that was stopped has often voted for the block it was at
    if (height == lastBlock + 1) {
      return answer.warning(what, NEVER_LOWER + " make sure that the key is used nowhere else.");
    }
    final Optional<Address> address = address();
    return address.isPresent() && isValidator(address.get())
        ? answer.failed(
            what + ", and the key is in the validator set: it is or was used elsewhere",
            NEVER_LOWER
                + " sync this home further, past that height, before its node may sign; make sure"
                + " that no other node has the key.")
        : answer.warning(
            what,
            NEVER_LOWER + " let the node reach that height before the key becomes a validator's.");
  }

  private boolean isValidator(final Address address) {
    return state.isPresent()
        && (state.get().validators().byAddress(address).isPresent()
            || state.get().nextValidators().byAddress(address).isPresent());
  }

  private Optional<Address> address() throws FailureException {
    final Path file = layout.privValidatorKeyFile();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      final JsonNode key =
          new ObjectMapper().readTree(in.readNBytes(MAX_KEY_FILE_BYTES)).path("pub_key");
      final KeyType type =
          KeyType.ofJsonName(key.path("type").asText())
              .orElseThrow(() -> new IllegalArgumentException("unknown type of pub_key"));
      final byte[] bytes = Base64.getDecoder().decode(key.path("value").asText());
      return Optional.of(AddressDerivation.addressOf(new PubKey(type, Bytes.wrap(bytes))));
    } catch (final JacksonException e) {
      // no cause and no excerpt: the file holds a secret
      throw unreadable(file, "it is not JSON");
    } catch (final IOException | IllegalArgumentException e) {
      throw unreadable(file, e.getClass().getSimpleName());
    }
  }

  private static FailureException unreadable(final Path file, final String why) {
    return new FailureException(
        dev.understudy.types.FailureKind.HOME_STATE,
        "the public key in " + file + " can't be read: " + why,
        "Restore the file; the node would not start with it.");
  }
}
