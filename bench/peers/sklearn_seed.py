"""scikit-learn's MLPClassifier, one training after the other in one process."""

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

import peer

options = peer.arguments(trials=1)
sizes = [int(width) for width in options.network.split("-")]
data = peer.rows(sizes)
y, y_val = data.y.astype(int), data.y_val.astype(int)
classes = np.unique(y)


def train_one(seed):
    model = MLPClassifier(
        sizes[1:-1], alpha=0, batch_size=peer.BATCH, learning_rate_init=peer.LEARNING_RATE, random_state=seed
    )
    history = []
    for _ in range(peer.EPOCHS):
        model.partial_fit(data.x, y, classes=classes)  # one epoch, shuffled
        probabilities = model.predict_proba(data.x_val)
        loss = -np.log(np.maximum(probabilities[np.arange(len(y_val)), y_val], 1e-7)).mean()
        accuracy = (probabilities.argmax(axis=1) == y_val).mean()
        history.append((loss, accuracy))
    return history[-1][0]


peer.measure(
    "scikit-learn, MLPClassifier",
    sklearn.__version__,
    options,
    lambda first: [train_one(first + trial) for trial in range(options.trials)],
    compile_seconds=0.0,
)
