package dev.understudy.shim.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.testchain.HeaderEdit;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.Address;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.KeyType;
import dev.understudy.types.PartSetHeader;
import dev.understudy.types.PubKey;
import dev.understudy.types.Snapshot;
import dev.understudy.types.State;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.validators.ProposerRotation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Honest snapshots are proven; each kind of change is refused with words of its own. */
final class SnapshotProofTest {
  private static final long HEIGHT = 12;
  private static TestChain chain;
  private static TestChain fork;

  @BeforeAll
  static void grow() throws Exception {
    // powers change at 7, so that the set is not the genesis one, and stand still around 12
    chain =
        TestChain.ofValidators(4)
            .withTxs(3, "a", "b")
            .withTxs(HEIGHT, "c")
            .withUpdates(5, new Signer(0).withPower(40), new Signer(2).withPower(25))
            .withVote(HEIGHT, 3, BlockIdFlag.ABSENT)
            .grow(HEIGHT + 3);
    // a third of the power's chain: same validators, other transactions
    fork = TestChain.ofValidators(4).withTxs(2, "x").grow(HEIGHT + 3);
  }

  private static MadeSnapshot honest() {
    return new MadeSnapshot(chain, HEIGHT, TestChain.PARAMS);
  }

  @Test
  void rebuildsTheStateFromWhatIsProven() throws Exception {
    final ProvenSnapshot proven = honest().prove();
    final State state = proven.state();
    assertThat(state.initialHeight()).isEqualTo(1);
    assertThat(state.software()).isEqualTo(TestChain.LINE.software());
    assertThat(state.lastBlockId()).isEqualTo(chain.id(HEIGHT));
    assertThat(state.appHash()).isEqualTo(chain.results(HEIGHT).appHash());
    assertThat(state.lastValidators()).isEqualTo(chain.set(HEIGHT));
    assertThat(state.validators()).isEqualTo(chain.set(HEIGHT + 1));
    assertThat(state.nextValidators()).isEqualTo(chain.set(HEIGHT + 2));
    assertThat(state.lastHeightValidatorsChanged()).isEqualTo(HEIGHT + 2);
    assertThat(state.lastHeightConsensusParamsChanged()).isEqualTo(HEIGHT + 1);
    assertThat(proven.seenCommit()).isEqualTo(chain.block(HEIGHT + 1).lastCommit());
    assertThat(proven.unproven()).anyMatch(line -> line.startsWith("proposer priorities: tested"));
  }

  @Test
  void takesTheChainsOwnInitialHeightToo() throws Exception {
    final MadeSnapshot made = honest();
    made.initialHeight = 1;
    assertThat(made.prove().state().initialHeight()).isEqualTo(1);
  }

  @Test
  void provesEverySnapshotOfAChainWhoseSetChanges() throws Exception {
    for (long height = 1; height <= HEIGHT; height++) {
      final ProvenSnapshot proven = new MadeSnapshot(chain, height, TestChain.PARAMS).prove();
      assertThat(proven.height()).isEqualTo(height);
    }
  }

  private static ConsensusParamsUpdate largerBlocks() {
    return new ConsensusParamsUpdate(
        Optional.of(new BlockParams(3_000_000, 5_000_000, 0)),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty());
  }

  @Test
  void findsTheRightLimitsWhereTheArchiveHasThoseOfOneBlockLater() throws Exception {
    final TestChain changing =
        TestChain.ofValidators(4).withParams(HEIGHT + 1, largerBlocks()).grow(HEIGHT + 3);
    final MadeSnapshot made =
        new MadeSnapshot(changing, HEIGHT, largerBlocks().applyTo(TestChain.PARAMS));
    assertThat(made.prove().state().consensusParams()).isEqualTo(TestChain.PARAMS);
  }

  @Test
  void findsTheRightLimitsInASnapshotNearby() throws Exception {
    final ConsensusParamsUpdate later =
        new ConsensusParamsUpdate(
            Optional.of(new BlockParams(4_000_000, -1, 0)),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty());
    final TestChain changing =
        TestChain.ofValidators(4)
            .withParams(4, largerBlocks())
            .withParams(HEIGHT + 1, later)
            .grow(HEIGHT + 3);
    final MadeSnapshot made = new MadeSnapshot(changing, HEIGHT, later.applyTo(TestChain.PARAMS));
    assertThatThrownBy(made::prove).hasMessageContaining("neither the genesis file nor a snapshot");
    made.nearby = List.of(largerBlocks().applyTo(TestChain.PARAMS));
    assertThat(made.prove().state().consensusParams().block().maxBytes()).isEqualTo(3_000_000);
  }

  @Test
  void takesTheVersionsOfTheBlockItselfForThoseOfTheOneAbove() throws Exception {
    final ConsensusParamsUpdate anotherApp =
        new ConsensusParamsUpdate(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.of(7),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty());
    final TestChain changing =
        TestChain.ofValidators(4).withParams(HEIGHT, anotherApp).grow(HEIGHT + 3);
    final MadeSnapshot made =
        new MadeSnapshot(changing, HEIGHT, anotherApp.applyTo(TestChain.PARAMS));
    assertThat(made.version.app()).isEqualTo(7);
    // as KSYNC writes it
    made.version = changing.block(HEIGHT).header().version();
    assertThat(made.version.app()).isZero();
    assertThat(made.prove().state().version().app()).isEqualTo(7);
  }

  /** A kind of change and what must be said of it. */
  record Tampering(String name, Change change, String words) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface Change {
    void to(MadeSnapshot made) throws Exception;
  }

  private static ValidatorSet edit(
      final ValidatorSet set, final UnaryOperator<List<Validator>> change) {
    return new ValidatorSet(change.apply(new ArrayList<>(set.validators())), set.proposer());
  }

  private static ValidatorSet editFirst(
      final ValidatorSet set, final UnaryOperator<Validator> change) {
    return edit(
        set,
        list -> {
          // not the proposer, whose record would be missed first
          final int place = list.get(0).equals(set.proposer().orElseThrow()) ? 1 : 0;
          list.set(place, change.apply(list.get(place)));
          return list;
        });
  }

  private static Validator withPower(final Validator v, final long power) {
    return new Validator(v.address(), v.pubKey(), power, v.proposerPriority());
  }

  private static Validator withKey(final Validator v, final PubKey key, final Address address) {
    return new Validator(address, key, v.votingPower(), v.proposerPriority());
  }

  private static ConsensusParams params(final BlockParams block, final EvidenceParams evidence) {
    final ConsensusParams p = TestChain.PARAMS;
    return new ConsensusParams(
        block,
        evidence,
        p.pubKeyTypes(),
        p.appVersion(),
        p.voteExtensionsEnableHeight(),
        p.authority(),
        p.synchrony(),
        p.pbtsEnableHeight());
  }

  private static ConsensusParams paramsWith(final List<String> keyTypes, final long extensions) {
    final ConsensusParams p = TestChain.PARAMS;
    return new ConsensusParams(
        p.block(),
        p.evidence(),
        keyTypes,
        p.appVersion(),
        extensions,
        p.authority(),
        p.synchrony(),
        p.pbtsEnableHeight());
  }

  private static Block headerEdit(final Block block, final UnaryOperator<HeaderEdit> edit) {
    return TestChain.withHeader(block, edit.apply(HeaderEdit.of(block.header())).header());
  }

  private static Block withCommit(final Block block, final Commit commit) {
    return TestChain.withLastCommit(block, commit);
  }

  private static Snapshot snapshot(
      final MadeSnapshot m, final long height, final int chunks, final Bytes hash) {
    return new Snapshot(height, 3, chunks, hash, m.snapshot.metadata());
  }

  private static Stream<Tampering> kinds() {
    final Hash other = TestChain.otherHash();
    final ConsensusParams p = TestChain.PARAMS;
    return Stream.of(
        new Tampering(
            "snapshot height",
            m -> m.snapshot = snapshot(m, HEIGHT + 1, 1, m.snapshot.hash()),
            "describes itself as one of height 13"),
        new Tampering(
            "no chunks",
            m -> m.snapshot = snapshot(m, HEIGHT, 0, m.snapshot.hash()),
            "says that it has 0 chunks"),
        new Tampering(
            "more chunks than hashes",
            m -> m.snapshot = snapshot(m, HEIGHT, 2, m.snapshot.hash()),
            "metadata has the hashes of 1 chunks, it says that it has 2"),
        new Tampering(
            "no snapshot hash",
            m -> m.snapshot = snapshot(m, HEIGHT, 1, Bytes.EMPTY),
            "its hash has 0 bytes"),
        new Tampering(
            "snapshot hash",
            m -> m.snapshot = snapshot(m, HEIGHT, 1, Bytes.wrap(other.array())),
            "that of its only chunk"),
        new Tampering(
            "metadata",
            m -> {
              final byte[] changed = m.snapshot.metadata().array().clone();
              changed[20] ^= 1;
              m.snapshot = new Snapshot(HEIGHT, 3, 1, m.snapshot.hash(), Bytes.wrap(changed));
            },
            "that of its only chunk"),
        new Tampering(
            "the genesis file's chain",
            m ->
                m.genesis =
                    new dev.understudy.types.GenesisDoc(
                        m.genesis.genesisTime(),
                        "another-1",
                        1,
                        p,
                        List.of(),
                        Bytes.EMPTY,
                        Bytes.EMPTY),
            "the genesis file is of chain 'another-1'"),
        new Tampering(
            "a height before the chain",
            m ->
                m.genesis =
                    new dev.understudy.types.GenesisDoc(
                        m.genesis.genesisTime(),
                        TestChain.CHAIN_ID,
                        100,
                        p,
                        List.of(),
                        Bytes.EMPTY,
                        Bytes.EMPTY),
            "the chain begins at height 100"),
        new Tampering(
            "a fork's block in the snapshot",
            m -> m.copy = fork.block(HEIGHT),
            "its copy of the block is"),
        new Tampering(
            "the block's transactions in the snapshot",
            m ->
                m.copy =
                    new Block(
                        m.at.header(),
                        List.of(Bytes.wrap(new byte[1])),
                        List.of(),
                        m.at.lastCommit()),
            "its copy of the block is"),
        new Tampering(
            "a fork's block in the pool",
            m -> m.next = fork.block(HEIGHT + 1),
            "block 13 of the block pool follows"),
        new Tampering(
            "a fork's block above in the pool",
            m -> m.afterNext = fork.block(HEIGHT + 2),
            "block 14 of the block pool follows"),
        new Tampering(
            "a block left out in the pool",
            m -> m.next = chain.block(HEIGHT + 2),
            "block 14 of the block pool stands where 13 belongs"),
        new Tampering(
            "header above: app hash",
            m -> m.next = headerEdit(m.next, h -> h.appHash(Bytes.wrap(other.array()))),
            "block 14 of the block pool follows"),
        new Tampering(
            "header above: validators hash",
            m -> m.next = headerEdit(m.next, h -> h.validatorsHash(other)),
            "block 13 of the block pool has the validators hash"),
        new Tampering(
            "header two above: validators hash",
            m -> m.afterNext = headerEdit(m.afterNext, h -> h.validatorsHash(other)),
            "block 14 of the block pool has the validators hash"),
        new Tampering("state: chain id", m -> m.chainId = "other-1", "state's chain id is other-1"),
        new Tampering(
            "state: last block height",
            m -> m.lastBlockHeight = HEIGHT - 1,
            "state's last block height is 11"),
        new Tampering(
            "state: last block hash",
            m -> m.lastBlockId = new BlockId(other, m.lastBlockId.parts()),
            "state's last block id is"),
        new Tampering(
            "state: last block parts",
            m -> m.lastBlockId = new BlockId(m.lastBlockId.hash(), new PartSetHeader(2, other)),
            "state's last block id is"),
        new Tampering(
            "state: last block time",
            m -> m.lastBlockTime = m.lastBlockTime.plusNanos(1),
            "state's last block time is"),
        new Tampering(
            "state: block protocol",
            m -> m.version = new ConsensusVersion(12, 0),
            "state's block protocol is 12"),
        new Tampering(
            "state: app version",
            m -> m.version = new ConsensusVersion(11, 9),
            "state's app version is 9"),
        new Tampering(
            "state: app hash", m -> m.appHash = Bytes.wrap(other.array()), "state's app hash is"),
        new Tampering("state: no app hash", m -> m.appHash = Bytes.EMPTY, "state's app hash is"),
        new Tampering(
            "state: results hash", m -> m.lastResultsHash = other, "state's last results hash is"),
        new Tampering(
            "state: initial height", m -> m.initialHeight = 5, "state's initial height is 5"),
        new Tampering(
            "state: validators changed in the future",
            m -> m.validatorsChanged = HEIGHT + 3,
            "validators changed last at height 15"),
        new Tampering(
            "state: validators never changed",
            m -> m.validatorsChanged = 0,
            "validators changed last at height 0"),
        new Tampering(
            "state: params changed in the future",
            m -> m.paramsChanged = HEIGHT + 3,
            "consensus params changed last at height 15"),
        new Tampering(
            "last validators: power",
            m ->
                m.lastValidators =
                    editFirst(m.lastValidators, v -> withPower(v, v.votingPower() + 1)),
            "its last validators have the hash"),
        new Tampering(
            "validators: power",
            m -> m.validators = editFirst(m.validators, v -> withPower(v, v.votingPower() + 1)),
            "its validators have the hash"),
        new Tampering(
            "next validators: power",
            m ->
                m.nextValidators =
                    editFirst(m.nextValidators, v -> withPower(v, v.votingPower() + 1)),
            "its next validators have the hash"),
        new Tampering(
            "validators: no power",
            m -> m.validators = editFirst(m.validators, v -> withPower(v, 0)),
            "the voting power 0"),
        new Tampering(
            "validators: power below zero",
            m -> m.validators = editFirst(m.validators, v -> withPower(v, -5)),
            "the voting power -5"),
        new Tampering(
            "validators: too much power",
            m ->
                m.validators =
                    editFirst(
                        m.validators, v -> withPower(v, ProposerRotation.MAX_TOTAL_VOTING_POWER)),
            "more voting power than a set may have"),
        new Tampering(
            "validators: another key",
            m ->
                m.validators =
                    editFirst(
                        m.validators,
                        v -> withKey(v, new Signer(77).key(), new Signer(77).address())),
            "its validators"),
        new Tampering(
            "validators: another key under the old address",
            m ->
                m.validators =
                    editFirst(m.validators, v -> withKey(v, new Signer(77).key(), v.address())),
            "whose key has the address"),
        new Tampering(
            "validators: a key of an unknown kind",
            m ->
                m.validators =
                    editFirst(
                        m.validators,
                        v ->
                            withKey(
                                v,
                                new PubKey(KeyType.BLS12_381, Bytes.wrap(new byte[96])),
                                v.address())),
            "which engine line 0.38 doesn't know"),
        new Tampering(
            "validators: order",
            m ->
                m.validators =
                    edit(
                        m.validators,
                        list -> {
                          Collections.swap(list, 0, 1);
                          return list;
                        }),
            "not in the order of a set"),
        new Tampering(
            "validators: one missing",
            m -> m.validators = edit(m.validators, list -> new ArrayList<>(list.subList(0, 3))),
            "its validators have the hash"),
        new Tampering(
            "validators: one twice",
            m ->
                m.validators =
                    edit(
                        m.validators,
                        list -> {
                          list.add(list.get(3));
                          return list;
                        }),
            "its validators name"),
        new Tampering(
            "no last validators",
            m -> m.lastValidators = ValidatorSet.EMPTY,
            "its last validators are none"),
        new Tampering(
            "no next validators",
            m -> m.nextValidators = ValidatorSet.EMPTY,
            "its next validators are none"),
        new Tampering(
            "no proposer",
            m -> m.validators = new ValidatorSet(m.validators.validators(), Optional.empty()),
            "its validators have no proposer"),
        new Tampering(
            "another proposer",
            m -> {
              final List<Validator> all = m.validators.validators();
              final Validator now = m.validators.proposer().orElseThrow();
              final Validator other2 = all.get(0).equals(now) ? all.get(1) : all.get(0);
              m.validators = new ValidatorSet(all, Optional.of(other2));
            },
            "the proposer of block 13, which"),
        new Tampering(
            "a proposer who is nobody",
            m ->
                m.validators =
                    new ValidatorSet(
                        m.validators.validators(),
                        Optional.of(
                            new Validator(new Signer(77).address(), new Signer(77).key(), 5, 0))),
            "is not the member of that address"),
        new Tampering(
            "validators: priorities",
            m ->
                m.validators =
                    editFirst(m.validators, v -> v.withPriority(v.proposerPriority() + 1)),
            "priorities of its validators do not follow"),
        new Tampering(
            "next validators: priorities",
            m ->
                m.nextValidators =
                    editFirst(m.nextValidators, v -> v.withPriority(v.proposerPriority() - 1)),
            "priorities of its next validators do not follow"),
        new Tampering(
            "commit: a bad signature",
            m ->
                m.next =
                    reHung(
                        m, withCommit(m.next, chain.commit(HEIGHT).withBadSignature(1).commit())),
            "block 14 of the block pool follows"),
        new Tampering(
            "commit above: a bad signature",
            m ->
                m.afterNext =
                    withCommit(m.afterNext, chain.commit(HEIGHT + 1).withBadSignature(1).commit()),
            "the commit for block 13 in block 14: signature 1"),
        new Tampering(
            "commit above: too little power",
            m ->
                m.afterNext =
                    withCommit(m.afterNext, chain.commit(HEIGHT + 1).withAbsent(0, 1).commit()),
            "the commit for block 13 in block 14: voting power"),
        new Tampering(
            "commit above: of another height",
            m -> m.afterNext = withCommit(m.afterNext, chain.commit(HEIGHT).commit()),
            "the commit for block 13 in block 14: the commit is for height 12"),
        new Tampering(
            "commit above: of another block",
            m -> m.afterNext = withCommit(m.afterNext, fork.commit(HEIGHT + 1).commit()),
            "the commit for block 13 in block 14: the commit is for block"),
        new Tampering(
            "commit above: too few places",
            m -> {
              final Commit all = chain.commit(HEIGHT + 1).commit();
              m.afterNext =
                  withCommit(
                      m.afterNext,
                      new Commit(
                          all.height(),
                          all.round(),
                          all.blockId(),
                          all.signatures().subList(0, 3)));
            },
            "the commit has 3 signatures for 4 validators"),
        new Tampering(
            "seen commit: a bad signature",
            m -> m.seenCommit = chain.commit(HEIGHT).withBadSignature(0).commit(),
            "its own seen commit: signature 0"),
        new Tampering(
            "seen commit: too little power",
            m -> m.seenCommit = chain.commit(HEIGHT).withAbsent(0, 1).commit(),
            "its own seen commit: voting power"),
        new Tampering(
            "seen commit: of another height",
            m -> m.seenCommit = chain.commit(HEIGHT - 1).commit(),
            "its own seen commit: the commit is for height 11"),
        new Tampering(
            "seen commit: of a fork",
            m -> m.seenCommit = fork.commit(HEIGHT).commit(),
            "its own seen commit: the commit is for block"),
        new Tampering(
            "seen commit: of nobody",
            m -> m.seenCommit = Commit.EMPTY,
            "its own seen commit: the commit has 0 signatures"),
        new Tampering(
            "params: size of blocks",
            m -> m.params = params(new BlockParams(1, -1, 0), p.evidence()),
            "block.max_bytes or block.max_gas was changed"),
        new Tampering(
            "params: gas of blocks",
            m -> m.params = params(new BlockParams(22_020_096, 7, 0), p.evidence()),
            "block.max_bytes or block.max_gas was changed"),
        new Tampering(
            "params: evidence that never ages",
            m -> m.params = params(p.block(), new EvidenceParams(0, Duration.ofDays(2), 1_048_576)),
            "evidence.max_age_num_blocks is 0"),
        new Tampering(
            "params: evidence of no duration",
            m -> m.params = params(p.block(), new EvidenceParams(1, Duration.ZERO, 1_048_576)),
            "evidence.max_age_duration is PT0S"),
        new Tampering(
            "params: evidence larger than blocks",
            m -> m.params = params(p.block(), new EvidenceParams(1, Duration.ofDays(2), 1L << 40)),
            "evidence.max_bytes is"),
        new Tampering(
            "params: no kind of key",
            m -> m.params = paramsWith(List.of(), 0),
            "validator.pub_key_types is empty"),
        new Tampering(
            "params: an unknown kind of key",
            m -> m.params = paramsWith(List.of("ed25519", "sr25519"), 0),
            "the unknown type sr25519"),
        new Tampering(
            "params: not the validators' kind of key",
            m -> m.params = paramsWith(List.of("secp256k1"), 0),
            "there is a validator with one of type ed25519"),
        new Tampering(
            "params: vote extensions from below zero on",
            m -> m.params = paramsWith(List.of("ed25519"), -1),
            "the enable height of vote extensions is -1"));
  }

  /** A changed block has another id: what is above it does not follow it. */
  private static Block reHung(final MadeSnapshot made, final Block changed) {
    assertThat(TestChain.idOf(changed)).isNotEqualTo(made.afterNext.header().lastBlockId());
    return changed;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void refusesEachKindOfTampering(final Tampering kind) throws Exception {
    final MadeSnapshot made = honest();
    kind.change().to(made);
    assertThatThrownBy(made::prove)
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.VERIFICATION))
        .hasMessageContaining("the snapshot of height 12 is not proven")
        .hasMessageContaining(kind.words());
  }

  @Test
  void knowsMoreThanFortyKindsOfTamperingByName() {
    final Set<String> names = new HashSet<>();
    kinds().forEach(kind -> names.add(kind.name()));
    assertThat(names).hasSizeGreaterThan(60);
  }

  @Test
  void refusesAForksHeaderThatAThirdSigned() throws Exception {
    final MadeSnapshot made = honest();
    // consistent up to its commit: one of four validators has signed
    final Header forged =
        HeaderEdit.of(made.next.header()).appHash(Bytes.wrap(new byte[8])).header();
    made.next = TestChain.withHeader(made.next, forged);
    final BlockId forgedId = TestChain.idOf(made.next);
    made.appHash = Bytes.wrap(new byte[8]);
    final Commit commit = chain.commit(HEIGHT + 1).withAbsent(1, 2, 3).commitFor(forgedId);
    made.afterNext = withCommit(headerEdit(made.afterNext, h -> h.lastBlockId(forgedId)), commit);
    assertThatThrownBy(made::prove)
        .hasMessageContaining("the commit for block 13 in block 14: voting power");
  }
}
