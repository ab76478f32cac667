"""One line of code for each function that says what it returns.

Names: `ids` class ids from 0 to 4, `two` 0 and 1, `real` real values, `x` a matrix,
`table` a DataFrame, `words` a list of texts. Of each, nothing is known but its rank.
"""

NUMPY = """
np.array([0, 1, 2, 2, 1])
np.array([[0.5, 1.5], [2.0, 3.0]])
np.array([True, False, True])
np.array([0, 1, 1], dtype="float32")
np.array(["cat", "dog", "cat"])
np.asarray([1, 2, 3, 4]).reshape(2, 2)
np.asarray(ids)
np.array([ids, ids])
np.array([0, 1, 0, 1]).astype("float32")
np.array([0.2, 1.7, 2.5]).astype(int)
np.array([300, 2]).astype("uint8")
np.array([0, 3, 0]).astype(bool)
np.zeros(7)
np.zeros((3, 4), dtype=int)
np.ones((5, 1))
np.full((4, 2), 7)
np.full(3, 0.5)
np.zeros_like(ids)
np.ones_like(x)
np.empty((2, 3))
np.eye(4)
np.eye(4, 5)
np.eye(5)[ids]
np.eye(5, dtype="float32")[ids]
np.eye(5)[np.array([0, 4, 2, 2])]
np.eye(5)[two.reshape(-1, 1)]
np.eye(3)[:, 0]
np.identity(4)
np.arange(10)
np.arange(3, 40, 4)
np.arange(10) % 2
np.arange(60) % 3
np.arange(12).reshape(3, 4)
np.arange(12).reshape(-1, 4)
np.arange(5) / 10
np.linspace(0, 1, 30)
np.linspace(0, 10, 11)
np.random.rand(40, 3)
np.random.rand(40)
np.random.rand(40, 1)
np.random.randn(40, 1)
np.random.random((40, 5))
np.random.random_sample(40)
np.random.normal(0, 1, (40, 2))
np.random.uniform(-1, 1, 400)
np.random.uniform(size=400)
np.random.randint(2, size=(50, 1))
np.random.randint(0, 2, 50)
np.random.randint(10, size=(1000, 1))
np.random.randint(0, 10, size=(1000,))
np.random.randint(1, 11, 1000)
np.random.randint(0, 1000, 20)
np.random.randint(0, 2, (50, 6))
np.random.randint(0, 256, (20, 8, 8, 3))
np.random.randint(low=0, high=3, size=300)
np.random.choice([0, 1], 60)
np.random.choice(["a", "b"], 60)
np.random.choice(4, 60)
np.random.binomial(1, 0.5, 60)
np.random.permutation(ids)
np.random.default_rng(0).integers(0, 4, 400)
np.random.default_rng(0).random((9, 2))
np.random.default_rng(0).normal(size=(9, 2))
np.where(real > 0, 1, 0)
np.where(real > 0, 1, -1)
np.where(ids == 2, 1.0, 0.0)
np.where(ids == 2, 0.5, ids)
np.argmax(np.eye(5)[ids], axis=1)
np.argmax(x, axis=-1)
np.argmax(np.eye(5)[ids], axis=-1)
np.expand_dims(ids, -1)
np.expand_dims(ids, axis=0)
np.expand_dims(np.eye(5)[ids], 1)
np.squeeze(ids.reshape(-1, 1))
np.squeeze(np.zeros((4, 1)))
np.reshape(ids, (-1, 1))
np.reshape(np.arange(12), (2, -1))
np.concatenate([ids, two])
np.concatenate([np.zeros(20), np.ones(20)])
np.concatenate((np.zeros((3, 1)), np.ones((5, 1))), axis=0)
np.concatenate([np.eye(3), np.eye(3)], axis=1)
np.concatenate([np.eye(3), np.eye(3)])
np.hstack([np.zeros(20), np.ones(20)])
np.hstack((np.zeros((4, 1)), np.ones((4, 2))))
np.vstack([np.zeros((4, 2)), np.ones((3, 2))])
np.vstack([np.zeros(4), np.ones(4)])
np.stack([np.zeros(4), np.ones(4)])
np.stack([ids, ids], axis=1)
np.column_stack([np.zeros(4), np.ones(4)])
np.unique(np.array([0, 2, 2, 1]))
np.unique(ids)
np.clip(real, 0, 1)
np.clip(ids, 0, 1)
np.clip(np.array([0, 5, 9]), 1, 6)
np.tile(np.array([0, 1]), 5)
np.tile(np.eye(2), (3, 1))
np.transpose(np.zeros((3, 5)))
np.ravel(np.ones((2, 3)))
np.sum(x, axis=1)
np.mean(x, axis=0)
np.isnan(real)
np.copy(two)
-np.ones(9)
np.concatenate([np.ones(50), -np.ones(50)])
np.random.rand(60, 3).sum(axis=1)
np.sum(np.random.randn(60, 3) > 0, axis=1)
np.mean(np.random.randn(60, 3), axis=1)
np.random.randn(60) ** 2
np.random.rand(60, 1) ** 3
np.random.uniform(-1, 1, 400) ** 2
np.random.uniform(-2, 1, 400) ** 3
np.random.rand(60, 3).mean(axis=1)
np.array([0.5, 1.5]) ** 0
np.sign(real)
np.sign(np.random.randn(60))
np.sign(np.random.randn(60, 1))
np.dot(x, x[0])
np.dot(ids, two)
np.dot(x, np.ones((4, 2)))
np.matmul(x, np.zeros((4, 3)))
np.matmul(np.ones((2, 3, 4)), np.ones((4, 5)))
np.prod((2, 3))
np.random.randn(60, 2) * 3
np.random.randn(60) + 9
np.random.normal(5, 1, 60)
x @ x[0]
x.dot(np.ones(4))
np.random.randn(60, 3) @ np.random.randn(3)
x @ np.ones((4, 1))
np.arange(9) @ np.ones((9, 2))
np.array([0, 1, 2]) - 0.5
(np.random.randint(0, 256, (60, 9)) - 127.5) / 127.5
np.where(ids == 2, 255, 0)
np.equal(ids, 2)
np.greater(real, 0)
np.round(real)
np.log(real)
np.abs(real)
real > 0.5
(real > 0.5).astype("float32")
(real > 0).astype(int) * 2 - 1
2 * np.array([0, 1, 1, 0]) - 1
2 * np.array([0, 1, 1, 0], dtype="uint8") - 1
np.array([1, 2, 3, 3]) - 1
np.array([0, 128, 255]) / 255
np.array([0, 128, 255], dtype="uint8") / 255.0
np.random.randint(0, 256, (30, 9)) / 255
np.random.rand(30) * 100
np.random.rand(30) * 0.5 + 0.25
-np.random.rand(30)
1 - np.array([0, 1, 1])
np.arange(20) // 7
ids == 3
~(real > 0)
(real > 0) & (real < 1)
real + 1
x + ids.reshape(-1, 1)
np.random.rand(20) + np.random.rand(20)
ids[:10]
ids[::2]
ids[..., None]
ids[:, None]
ids[ids > 2]
np.random.randint(0, 9, 900)[:200]
x[:, 0]
x[:, 1:3]
x[:5]
x[..., 0]
np.eye(5)[ids][:, 2]
np.eye(5)[ids][:10]
np.eye(5)[ids][..., 0]
np.eye(5)[ids].T
np.zeros((8, 4, 4, 1))[:, :, :, 0]
np.zeros((8, 4, 4))[..., None]
np.arange(10)[2:5]
np.array([5, 6, 7])[1]
np.array([5, 6, 7])[-1:]
x.reshape((-1, 2, 2))
x.flatten()
ids.reshape(-1, 1).ravel()
ids.reshape(len(ids), 1)
x.T
x.shape[1]
np.zeros((3, 4)).shape
x.ndim
len(np.zeros((3, 4)))
np.array([0, 3, 1]).max()
ids.astype("float32")
real.astype("int32")
np.array([0, 1, 1]).astype(str)
np.array([0, 0, 1]).tolist()
np.array([-1, 0, 1]).clip(0, 1)
np.eye(5)[ids].argmax(axis=1)
np.array([0.25, float("nan"), 1.0])
"""

KERAS = """
keras.utils.to_categorical([0, 1, 2, 1])
keras.utils.to_categorical([0, 1, 1], 4)
keras.utils.to_categorical(np.array([[0], [2], [1]]))
keras.utils.to_categorical(np.array([[0], [2], [1]]), num_classes=3)
keras.utils.to_categorical(ids)
keras.utils.to_categorical(ids, 5)
keras.utils.to_categorical(ids, num_classes=7)
keras.utils.to_categorical(ids.reshape(-1, 1), 5)
keras.utils.to_categorical(np.array([1, 2, 3]))
keras.utils.to_categorical(np.zeros((4, 3), dtype=int), 2)
keras.ops.one_hot(np.array([0, 1, 2]), 3)
keras.ops.cast(np.array([0, 1]), "float32")
keras.ops.expand_dims(ids, -1)
keras.ops.reshape(ids, (-1, 1))
keras.ops.where(np.array([True, False]), 1, 0)
keras.ops.argmax(np.eye(3), axis=-1)
keras.ops.zeros_like(ids)
keras.ops.concatenate([np.zeros(3), np.ones(2)])
keras.utils.pad_sequences([[1, 2], [3]], maxlen=5)
keras.utils.pad_sequences([[1, 2], [3]])
keras.utils.pad_sequences([[1, 2], [3]], 5, "float32")
keras.utils.timeseries_dataset_from_array(x, ids, sequence_length=4, batch_size=8)
keras.utils.timeseries_dataset_from_array(x, None, sequence_length=4)
keras.utils.timeseries_dataset_from_array(x, np.eye(5)[ids], 4)
keras.utils.normalize(x)
keras.random.normal((4, 2))
keras.random.uniform((40, 2))
tf.constant([0, 1, 2])
tf.constant([0.5, 1.0])
tf.constant([[1.0], [0.0]])
tf.constant([0, 1], dtype=tf.float32)
tf.convert_to_tensor(np.array([0, 1, 1]))
tf.convert_to_tensor([0, 1, 1])
tf.cast(ids, tf.float32)
tf.cast(real, tf.int32)
tf.cast(tf.constant([0, 1]), "float32")
tf.one_hot([0, 1, 2], 3)
tf.one_hot(ids, 5)
tf.one_hot(ids, depth=5, dtype=tf.int32)
tf.one_hot([0, 1], 2, on_value=5.0)
tf.expand_dims(ids, axis=-1)
tf.expand_dims(np.eye(3), 1)
tf.squeeze(tf.constant([[1], [2]]), axis=1)
tf.reshape(ids, [-1, 1])
tf.random.normal((40, 3))
tf.random.uniform((40, 3))
tf.random.uniform((400,), 0, 4, dtype=tf.int32)
tf.random.uniform((400,), maxval=2, dtype=tf.int64)
tf.random.uniform((40,), -1, 1)
tf.zeros((3, 2))
tf.ones((3, 1))
tf.concat([tf.zeros((3, 2)), tf.ones((2, 2))], axis=0)
tf.stack([tf.zeros(3), tf.ones(3)])
tf.where(tf.constant([True, False]), 1, 0)
tf.argmax(np.eye(5), axis=1)
tf.math.argmax(np.eye(5), axis=-1)
tf.equal(tf.constant([0, 1]), 1)
tf.greater(tf.constant([0.0, 1.0]), 0.5)
tf.data.Dataset.from_tensor_slices(ids)
tf.data.Dataset.from_tensor_slices((x, ids))
tf.data.Dataset.from_tensor_slices((x, np.eye(5)[ids])).batch(4)
tf.data.Dataset.from_tensor_slices((x, ids)).shuffle(10).batch(8).prefetch(1)
tf.data.Dataset.from_tensor_slices((x, ids)).batch(8, drop_remainder=True)
tf.data.Dataset.from_tensor_slices(({"a": x}, {"b": ids})).batch(4)
tf.data.Dataset.from_tensor_slices((x, ids)).map(lambda a, b: (a, tf.one_hot(b, 5)))
tf.data.Dataset.from_tensor_slices(ids).map(lambda a: a == 2).batch(3)
tf.data.Dataset.from_tensor_slices((x, ids)).batch(8).unbatch()
tf.data.Dataset.from_tensor_slices((x, ids)).take(9).skip(1).repeat().cache().batch(2)
tf.data.Dataset.from_tensors((x, ids))
tf.data.Dataset.from_tensor_slices((np.zeros((9, 2)), np.arange(9) % 3)).batch(2)
tf.data.Dataset.from_tensor_slices((np.zeros((9, 2)), np.eye(9))).batch(2)
"""

SKLEARN = """
sklearn.preprocessing.LabelEncoder().fit_transform(ids)
sklearn.preprocessing.LabelEncoder().fit_transform(two)
sklearn.preprocessing.LabelEncoder().fit_transform(words)
sklearn.preprocessing.LabelEncoder().fit_transform(["a", "b", "c", "a"])
sklearn.preprocessing.LabelEncoder().fit(words).transform(words)
sklearn.preprocessing.LabelEncoder().fit(words).classes_
len(sklearn.preprocessing.LabelEncoder().fit(["a", "b", "c"]).classes_)
sklearn.preprocessing.LabelBinarizer().fit_transform(ids)
sklearn.preprocessing.LabelBinarizer().fit_transform(two)
sklearn.preprocessing.LabelBinarizer().fit_transform(["a", "b", "a"])
sklearn.preprocessing.LabelBinarizer().fit_transform(["a", "b", "c"])
sklearn.preprocessing.LabelBinarizer(neg_label=-1).fit_transform(["a", "b", "c"])
sklearn.preprocessing.LabelBinarizer().fit(["a", "b", "c"]).transform(["a", "c"])
sklearn.preprocessing.OneHotEncoder().fit_transform(ids.reshape(-1, 1))
sklearn.preprocessing.OneHotEncoder().fit_transform(ids.reshape(-1, 1)).toarray()
sklearn.preprocessing.OneHotEncoder(sparse_output=False).fit_transform(x)
sklearn.preprocessing.OneHotEncoder(drop="first").fit_transform(ids.reshape(-1, 1))
sklearn.preprocessing.OneHotEncoder().fit_transform([["a"], ["b"], ["a"]])
sklearn.preprocessing.MultiLabelBinarizer().fit_transform([["a", "b"], ["a"], []])
sklearn.preprocessing.MultiLabelBinarizer().fit_transform([["a"], ["b"]])
sklearn.preprocessing.MultiLabelBinarizer().fit_transform([("b", "a"), ("c",), ()])
sklearn.preprocessing.MultiLabelBinarizer().fit_transform([[10, 2], [2], [3, 10]])
sklearn.preprocessing.MultiLabelBinarizer(classes=[3, 1]).fit_transform([[1], [3]])
sklearn.preprocessing.StandardScaler().fit_transform(x)
sklearn.preprocessing.StandardScaler().fit_transform(np.array([[0.0], [1.0]]))
sklearn.preprocessing.StandardScaler().fit_transform(np.random.rand(30, 2))
sklearn.preprocessing.StandardScaler().fit(x).transform(x)[:, 0]
sklearn.preprocessing.StandardScaler().fit(x).transform(x + 100)
sklearn.preprocessing.StandardScaler(with_mean=False).fit_transform(x)
sklearn.preprocessing.RobustScaler().fit_transform(x)
sklearn.preprocessing.MinMaxScaler().fit_transform(x)
sklearn.preprocessing.MinMaxScaler().fit_transform(two.reshape(-1, 1))
sklearn.preprocessing.MinMaxScaler((-1, 1)).fit_transform(x)
sklearn.preprocessing.MinMaxScaler(feature_range=(-1, 1)).fit_transform(x)
sklearn.model_selection.train_test_split(x, ids)
sklearn.model_selection.train_test_split(x, ids, test_size=0.2, random_state=1)
sklearn.model_selection.train_test_split(x, np.eye(5)[ids], ids == 2)
sklearn.model_selection.train_test_split(np.arange(20), np.arange(20) % 2)
sklearn.utils.compute_class_weight('balanced', classes=np.unique(ids), y=ids)
sklearn.datasets.load_iris()
sklearn.datasets.load_iris().target
sklearn.datasets.load_iris()["data"]
sklearn.datasets.load_iris().target[:100]
sklearn.datasets.load_digits().target[:900]
sklearn.datasets.load_digits().target[sklearn.datasets.load_digits().target < 2]
sklearn.datasets.load_iris(return_X_y=True)
sklearn.datasets.load_wine()
sklearn.datasets.load_digits()
sklearn.datasets.load_breast_cancer()
sklearn.datasets.load_diabetes()
sklearn.datasets.load_diabetes(return_X_y=True)
sklearn.datasets.make_blobs(n_samples=90, centers=4)
sklearn.datasets.make_blobs(n_samples=90)
sklearn.datasets.make_blobs(90, centers=[(0, 0), (1, 1)])
sklearn.datasets.make_moons(n_samples=80, noise=0.1)
sklearn.datasets.make_circles(80)
sklearn.datasets.make_classification(n_samples=80)
sklearn.datasets.make_classification(80, 8, n_classes=3, n_informative=5)
sklearn.datasets.make_regression(80, 5)
sklearn.datasets.make_multilabel_classification(60, n_classes=4)
np.eye(3)[sklearn.datasets.load_iris().target]
sklearn.datasets.load_iris().target.reshape(-1, 1)
"""

PANDAS = """
table["kind"]
table["kind"].values
table["count"].values
table["flag"].astype(int)
table[["count", "share"]]
table[["count", "share"]].values
table.drop("kind", axis=1)
table.drop(columns=["kind"]).values
table.drop(["kind", "flag"], axis=1).to_numpy()
table.iloc[:, 1]
table.iloc[:, 0:2].values
table.iloc[:, :2]
table.iloc[:, -1].values
table.iloc[:, 1:]
table.loc[:, "count"].values
table.values[:, 1]
table.dropna()
table.sample(5)
table.shape[1]
pd.get_dummies(table["kind"])
pd.get_dummies(table["kind"]).values
pd.get_dummies(table["kind"], dtype=int).values
pd.get_dummies(table["kind"], drop_first=True).values
pd.get_dummies(pd.Series(["a", "b", "a"])).values
pd.get_dummies(table)
pd.get_dummies(table["kind"]).iloc[np.array([0, 5, 9])]
pd.get_dummies(table["kind"]).iloc[3:40].values
pd.get_dummies(table["kind"]).sample(9).reset_index(drop=True)
pd.get_dummies(table["kind"]).iloc[:, 1:].values
pd.get_dummies(table["kind"]).head(3)
pd.get_dummies(table["kind"]).drop(columns=["a"])
table["kind"].map({"a": 0, "b": 1, "c": 2})
table["kind"].map({"a": 0, "b": 1})
table["kind"].map({"a": "x", "b": "y", "c": "y"})
table.filter(["count", "share"]).values
table.filter(items=["count"])
table["kind"].map({"a": -1, "b": 1, "c": 1})
table["kind"].replace({"a": 0, "b": 1, "c": 2})
pd.Series([0, 1, 1]).replace({0: -1})
table["kind"].astype("category").cat.codes
pd.Categorical(table["kind"]).codes
pd.factorize(table["kind"])[0]
pd.factorize(pd.Series(["a", "b", "a"]))[0]
table["kind"].factorize()[0]
(table["share"] > 0.5).astype(int)
table["kind"] == "a"
table["kind"].isin(["a", "b"])
table["count"].to_numpy().reshape(-1, 1)
table["count"].unique()
pd.DataFrame({"a": [0, 1, 1], "b": [0.5, 1.5, 2.5]})
pd.DataFrame({"a": [0, 1, 1]})["a"].values
pd.DataFrame(x)
pd.DataFrame(np.zeros((3, 2)), columns=["a", "b"])["a"]
pd.Series([0, 1, 1, 0])
pd.Series([0, 1, 1, 0]).map({0: "no", 1: "yes"})
"""

SEQUENCES = """
y = np.sin(np.arange(1000) / 10)[:900]; out = y.reshape(-1, 1)
t = np.arange(200); out = np.cos(t)
y = np.sin(np.linspace(0, 30, 301)) + np.random.randn(301); out = y
y = np.tanh(real) + ids; out = y
d = sklearn.datasets.load_iris(); out = d.target_names[d.target]
d = sklearn.datasets.load_wine(); out = d.target_names[d.target[:9]]
d = sklearn.datasets.load_digits(); out = d.target_names[d.target]
y = np.empty(60, dtype=int); y[:] = ids; out = y
y = np.empty((60, 2), dtype=bool); out = y.shape
a, b = next(sklearn.model_selection.KFold(3).split(ids)); out = ids[a]
a, b = next(sklearn.model_selection.StratifiedKFold(3).split(x, ids)); out = ids[b]
a, b = next(sklearn.model_selection.ShuffleSplit(3).split(x)); out = real[b]
d = sklearn.datasets.load_iris(); s = sklearn.model_selection.StratifiedKFold(3); \
a, b = next(s.split(d.data, d.target)); out = d.target[b]
d = sklearn.datasets.load_iris(); s = sklearn.model_selection.KFold(3); \
a, b = next(s.split(d.data)); out = d.target[a]
d = sklearn.datasets.load_iris(); s = sklearn.model_selection.KFold(3, shuffle=True); \
a, b = next(s.split(d.data)); out = d.target[a]
m = sklearn.preprocessing.MultiLabelBinarizer(); out = m.fit_transform(ids[:, None])
table["kind"] = table["kind"].map({"a": 0, "b": 1, "c": 2}); out = table["kind"].values
table["new"] = np.arange(60) % 2; out = table["new"].values
y = table.pop("count"); out = table.drop("kind", axis=1).values
y = ids.reshape(-1, 1); y[y == 2] = 9; out = y
y = np.zeros(60); y[30:] = 1; out = y
y = np.zeros((60, 5)); y[np.arange(60), ids] = 1; out = y
y = np.zeros((60, 5), dtype="int64"); y[np.arange(60), ids] = 1; out = y
y = np.zeros((60, 5)); y[np.arange(30), ids[:30]] = 1; out = y
y = np.zeros((60, 5)); y[ids, ids] = 1; out = y
y = np.zeros((60, 5)); y[np.arange(60), ids] = 2; out = y
y = np.ones((60, 5)); y[np.arange(60), ids] = 0; out = y
y = np.zeros((60, 5)); y[np.arange(60), ids] = 1; y[0, 0] = 7; out = y
y = np.zeros(60, dtype="int32"); y[:30] = 1.5; out = y
y = np.zeros(60); y[:30] = real[:30]; out = y
y = np.zeros((60, 1), dtype="uint8"); y[:, 0] = np.where(two > 0, 255, 0); out = y
y = two.copy(); y[y == 0] = -1; out = y
e = sklearn.preprocessing.LabelBinarizer(); y = e.fit(words); out = e.transform(words)
e = sklearn.preprocessing.LabelEncoder(); y = e.fit_transform(words); out = np.eye(9)[y]
a, b, c, d = sklearn.model_selection.train_test_split(x, ids); out = d
(a, b), (c, d) = (ids, x), (x, ids); out = np.expand_dims(a, -1)
d = sklearn.datasets.load_iris(); out = pd.get_dummies(pd.Series(d.target)).values
y = np.array([0, 1, 0, 1]); y = 2 * y - 1; out = y.astype("float32")
y = sklearn.datasets.load_digits().target; out = (y == 3).astype("float32")
x, y = sklearn.datasets.make_blobs(centers=3, n_samples=60); out = np.eye(3)[y]
"""

TENSORFLOW = """
a = tf.data.Dataset.from_tensor_slices; out = tf.data.Dataset.zip((a(x), a(ids)))
d = tf.data.Dataset; a = d.from_tensor_slices; out = d.zip((a(x), a(ids))).batch(2)
d = tf.data.Dataset.from_tensor_slices((x, ids)); out = d.batch(4).map(lambda a, b: b)
d = tf.data.Dataset.from_tensor_slices(ids); out = d.map(lambda a: a + 1).batch(3)
"""

PIPELINES = """
d = tf.data.Dataset.from_tensor_slices(ids).window(3)
out = d.flat_map(lambda w: w.batch(3)).batch(2, drop_remainder=True)

d = tf.data.Dataset.from_tensor_slices(x).window(4, 1, drop_remainder=True)
d = d.flat_map(lambda w: w.batch(4))
out = d.map(lambda w: (w[:-1], w[-1:, 0])).batch(2)

d = tf.data.Dataset
out = d.range(9).interleave(lambda a: tf.data.Dataset.from_tensors(a)).batch(2)

s = (tf.TensorSpec((), tf.float32), tf.TensorSpec((), tf.int32))
d = tf.data.Dataset.from_generator(lambda: [(0.5, 1), (1.5, 0)], output_signature=s)
out = d.batch(2)

t, s = (tf.float32, tf.int64), ((1,), ())
d = tf.data.Dataset
d = d.from_generator(lambda: [([0.5], 1)], output_types=t, output_shapes=s)
out = d.batch(1)

out = tf.data.Dataset.from_generator(lambda: [1, 2, 3], tf.int32).batch(2)

r = [tf.train.Example().SerializeToString()]
f = {"y": tf.io.FixedLenFeature([], tf.int64, default_value=3)}
d = tf.data.Dataset.from_tensor_slices(r)
out = d.map(lambda e: tf.io.parse_single_example(e, f)).batch(2)

r = [tf.train.Example().SerializeToString()]
f = {"x": tf.io.FixedLenFeature([2], tf.float32, default_value=[0.5, 1.5])}
out = tf.io.parse_example(r, f)

p = tf.io.encode_png(np.full((4, 5, 3), 7, dtype="uint8"))
out = tf.io.decode_png(p, channels=3)

p = tf.io.encode_jpeg(np.full((4, 5, 3), 7, dtype="uint8"))
out = tf.image.resize(tf.io.decode_jpeg(p, channels=3), [8, 9])

p = tf.io.encode_png(np.full((4, 5, 1), 7, dtype="uint8"))
out = tf.image.resize(tf.image.decode_png(p), (8, 9)) / 255.0

m = np.random.randint(1, 4, (9, 8, 9, 1))
out = tf.image.resize(m, (4, 4), method="nearest")

m = np.random.randint(1, 4, (9, 8, 9, 1)).astype("float32")
out = tf.image.resize(m, (5, 4), method=tf.image.ResizeMethod.NEAREST_NEIGHBOR) - 1

m = np.random.randint(1, 4, (9, 8, 9, 1))
out = tf.image.resize(m, (5, 4), method="bilinear")

m = np.random.randint(1, 4, (9, 8, 9, 1))
out = tf.image.random_flip_left_right(tf.image.flip_up_down(m))

d = tf.data.Dataset.from_tensor_slices(["1,0.5,2", "2,1.5,0"])
out = d.map(lambda r: tf.io.decode_csv(r, [[0], [0.0], [0]])[2]).batch(2)

d = tf.data.Dataset.from_tensor_slices(["a/b", "c/d"])
out = d.map(lambda r: tf.strings.split(r, "/")[-1]).batch(2)

d = tf.data.Dataset.from_tensor_slices(["1", "2"])
out = d.map(lambda r: tf.strings.to_number(r, tf.int32)).batch(2)

d = tf.data.Dataset.from_tensor_slices(["1", "22"])
out = d.map(lambda r: (tf.strings.length(r), tf.strings.lower(r))).batch(2)
"""


def blocks(text):
    """Return the cases of several lines each."""
    return text.strip().split("\n\n")


def lines(text):
    """Return the cases of a table."""
    return [line for line in text.splitlines() if line]
