"""The training loop: in-batch negatives, same-scene negatives masked, CPU, repeatable by seed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch  # noqa: TID253 (training only; nothing else imports this module)
from tokenizers import Tokenizer
from torch import Tensor, nn  # noqa: TID253

from matching.encode.base import Vectors
from matching.train.data import Pair
from matching.train.vocabulary import token_features


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """Settings of one run; the defaults train the bundled model in under three minutes."""

    dim: int = 256
    epochs: int = 8
    batch: int = 256
    learning_rate: float = 0.01
    temperature: float = 0.06
    dropout: float = 0.5  # of tokens: a need must be found without its telling word, too
    smoothing: float = 3e-2  # of the frequency weight a / (a + p), as in SIF
    seed: int = 20261123
    threads: int = 2


class StaticNet(nn.Module):
    """Token rows as weighted sums of part rows; a text is the mean of its token rows."""

    def __init__(self, tokens: Sequence[str], *, weights: Vectors, settings: LoopSettings) -> None:
        """Build the sparse token-to-part matrix; `weights` has one frequency weight per token."""
        super().__init__()
        features, count = token_features(tokens)
        rows = [row for row, parts in enumerate(features) for _ in parts]
        columns = [part for parts in features for part in parts]
        self.parts = nn.Parameter(torch.randn(count, settings.dim) * 0.02)
        self.mixing: Tensor
        mixing = torch.sparse_coo_tensor(
            torch.tensor([rows, columns]),
            torch.tensor([float(weights[row]) for row in rows]),
            (len(tokens), count),
            check_invariants=True,
        )
        self.register_buffer("mixing", mixing.coalesce())

    def table(self) -> Tensor:
        """Return the token rows, `(tokens, dim)`."""
        table: Tensor = torch.sparse.mm(self.mixing, self.parts)
        return table

    def forward(self, table: Tensor, texts: Sequence[Sequence[int]]) -> Tensor:
        """Return unit vectors of tokenised `texts`."""
        flat = torch.tensor([token for text in texts for token in text], dtype=torch.long)
        lengths = torch.tensor([0, *[len(text) for text in texts]][:-1])
        bags = nn.functional.embedding_bag(flat, table, lengths.cumsum(0), mode="mean")
        return nn.functional.normalize(bags, dim=1)


def train_rows(
    tokenizer: Tokenizer,
    counts: dict[str, int],
    *,
    pairs_of_epoch: Callable[[random.Random], Sequence[Pair]],
    settings: LoopSettings,
    report: Callable[[int, float], None] = lambda _epoch, _loss: None,
) -> Vectors:
    """Train and return the token rows, float32 `(vocabulary, dim)`; row 0 (unknown) is zero."""
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    rng = random.Random(settings.seed)  # noqa: S311 (sampling, no secret)
    vocabulary = tokenizer.get_vocab()
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    net = StaticNet(tokens, weights=_frequency_weights(tokens, counts, settings), settings=settings)
    optimiser = torch.optim.Adam(net.parameters(), lr=settings.learning_rate)
    ids = _TokenIds(tokenizer)
    for epoch in range(settings.epochs):
        share = epoch / settings.epochs
        for group in optimiser.param_groups:
            group["lr"] = settings.learning_rate * (1 - 0.9 * share)
        losses = [
            _step(net, optimiser, batch, ids=ids, rng=rng, settings=settings)
            for batch in _batches(pairs_of_epoch(rng), settings.batch)
        ]
        report(epoch, float(np.mean(losses)) if losses else 0.0)
    with torch.no_grad():
        rows = net.table().numpy().astype(np.float32)
    rows[0] = 0.0
    return rows


def _step(
    net: StaticNet,
    optimiser: torch.optim.Optimizer,
    batch: Sequence[Pair],
    *,
    ids: "_TokenIds",
    rng: random.Random,
    settings: LoopSettings,
) -> float:
    left = [_sample(ids.of(pair.left), rng, settings.dropout) for pair in batch]
    right = [_sample(ids.of(pair.right), rng, settings.dropout) for pair in batch]
    table = net.table()
    scores = net(table, left) @ net(table, right).T / settings.temperature
    scores = scores.masked_fill(_false_negatives(batch), -1e4)
    target = torch.arange(len(batch))
    loss = (
        nn.functional.cross_entropy(scores, target) + nn.functional.cross_entropy(scores.T, target)
    ) / 2
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
    return float(loss.detach())


class _TokenIds:
    """Token ids of texts, each text tokenised once per run."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._cache: dict[str, list[int]] = {}

    def of(self, text: str) -> list[int]:
        """Return the known token ids of `text`; the unknown token alone if there is none."""
        if text not in self._cache:
            encoded = self._tokenizer.encode(text, add_special_tokens=False).ids
            self._cache[text] = [token for token in encoded if token] or [0]
        return self._cache[text]


def _sample(ids: list[int], rng: random.Random, dropout: float) -> list[int]:
    kept = [token for token in ids if rng.random() >= dropout]
    return kept or ids[:1]


def _false_negatives(batch: Sequence[Pair]) -> Tensor:
    """Mask off-diagonal cells whose texts share a scene (or are the same text)."""
    codes = sorted({scene for pair in batch for scene in pair.scenes})
    column = {code: index for index, code in enumerate(codes)}
    labels = torch.zeros(len(batch), max(1, len(codes)))
    for row, pair in enumerate(batch):
        for scene in pair.scenes:
            labels[row, column[scene]] = 1.0
    mask = (labels @ labels.T) > 0
    mask.fill_diagonal_(False)
    return mask


def _batches(pairs: Sequence[Pair], size: int) -> list[Sequence[Pair]]:
    """Cut into batches; a last one of a single pair has no negatives and is left out."""
    batches = [pairs[start : start + size] for start in range(0, len(pairs), size)]
    return [batch for batch in batches if len(batch) > 1]


def _frequency_weights(
    tokens: Sequence[str], counts: dict[str, int], settings: LoopSettings
) -> Vectors:
    """Return `a / (a + p)` per token: frequent words say little (Arora et al., 2017)."""
    numbers = np.array([counts.get(token, 0) for token in tokens], dtype=np.float64)
    share = numbers / max(1.0, numbers.sum())
    return np.asarray(settings.smoothing / (settings.smoothing + share), dtype=np.float32)
