"""Arguments of Keras's layers, and their defaults.

Made by `python -m tools keras-api` from keras 3.15.1 and tf_keras 2.21.0.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.typed import Final

LAYER_ARGUMENTS: Final[Mapping[str, str]] = {
    "AbstractRNNCell": "trainable=True, name=None, dtype=None, dynamic=False",
    "Activation": "activation",
    "ActivityRegularization": "l1=0.0, l2=0.0",
    "AdaptiveAveragePooling1D": "output_size, data_format=None",
    "AdaptiveAveragePooling2D": "output_size, data_format=None",
    "AdaptiveAveragePooling3D": "output_size, data_format=None",
    "AdaptiveMaxPooling1D": "output_size, data_format=None",
    "AdaptiveMaxPooling2D": "output_size, data_format=None",
    "AdaptiveMaxPooling3D": "output_size, data_format=None",
    "Add": "",
    "AdditiveAttention": "use_scale=True, dropout=0.0",
    "AlphaDropout": "rate, noise_shape=None, seed=None",
    "Attention": "use_scale=False, score_mode='dot', dropout=0.0, seed=None",
    "AugMix": (
        "value_range=(0, 255), num_chains=3, chain_depth=3, factor=0.3, alpha=1.0, "
        "all_ops=True, interpolation='bilinear', seed=None, data_format=None"
    ),
    "AutoContrast": "value_range=(0, 255)",
    "Average": "",
    "AveragePooling1D": (
        "pool_size, strides=None, padding='valid', data_format=None, name=None"
    ),
    "AveragePooling2D": (
        "pool_size, strides=None, padding='valid', data_format=None, name=None"
    ),
    "AveragePooling3D": (
        "pool_size, strides=None, padding='valid', data_format=None, name=None"
    ),
    "BatchNormalization": (
        "axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, "
        "beta_initializer='zeros', gamma_initializer='ones', "
        "moving_mean_initializer='zeros', moving_variance_initializer='ones', "
        "beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, "
        "gamma_constraint=None, renorm=False, renorm_clipping=None, "
        "renorm_momentum=0.99, synchronized=False"
    ),
    "Bidirectional": "layer, merge_mode='concat', weights=None, backward_layer=None",
    "CategoryEncoding": "num_tokens=None, output_mode='multi_hot', sparse=False",
    "CenterCrop": "height, width, data_format=None",
    "Concatenate": "axis=-1",
    "ContrastLimitedAdaptiveHistogramEqualization": (
        "value_range=(0, 255), clip_limit=4.0, tile_grid_size=(8, 8), data_format=None"
    ),
    "Conv1D": (
        "filters, kernel_size, strides=1, padding='valid', data_format=None, "
        "dilation_rate=1, groups=1, activation=None, use_bias=True, "
        "kernel_initializer='glorot_uniform', bias_initializer='zeros', "
        "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
        "kernel_constraint=None, bias_constraint=None"
    ),
    "Conv1DTranspose": (
        "filters, kernel_size, strides=1, padding='valid', output_padding=None, "
        "data_format=None, dilation_rate=1, activation=None, use_bias=True, "
        "kernel_initializer='glorot_uniform', bias_initializer='zeros', "
        "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
        "kernel_constraint=None, bias_constraint=None"
    ),
    "Conv2D": (
        "filters, kernel_size, strides=(1, 1), padding='valid', data_format=None, "
        "dilation_rate=(1, 1), groups=1, activation=None, use_bias=True, "
        "kernel_initializer='glorot_uniform', bias_initializer='zeros', "
        "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
        "kernel_constraint=None, bias_constraint=None"
    ),
    "Conv2DTranspose": (
        "filters, kernel_size, strides=(1, 1), padding='valid', output_padding=None, "
        "data_format=None, dilation_rate=(1, 1), activation=None, use_bias=True, "
        "kernel_initializer='glorot_uniform', bias_initializer='zeros', "
        "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
        "kernel_constraint=None, bias_constraint=None"
    ),
    "Conv3D": (
        "filters, kernel_size, strides=(1, 1, 1), padding='valid', data_format=None, "
        "dilation_rate=(1, 1, 1), groups=1, activation=None, use_bias=True, "
        "kernel_initializer='glorot_uniform', bias_initializer='zeros', "
        "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
        "kernel_constraint=None, bias_constraint=None"
    ),
    "Conv3DTranspose": (
        "filters, kernel_size, strides=(1, 1, 1), padding='valid', data_format=None, "
        "output_padding=None, dilation_rate=(1, 1, 1), activation=None, use_bias=True, "
        "kernel_initializer='glorot_uniform', bias_initializer='zeros', "
        "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
        "kernel_constraint=None, bias_constraint=None"
    ),
    "ConvLSTM1D": (
        "filters, kernel_size, strides=1, padding='valid', data_format=None, "
        "dilation_rate=1, activation='tanh', recurrent_activation='sigmoid', "
        "use_bias=True, kernel_initializer='glorot_uniform', "
        "recurrent_initializer='orthogonal', bias_initializer='zeros', "
        "unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, "
        "bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, "
        "recurrent_constraint=None, bias_constraint=None, dropout=0.0, "
        "recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False, "
        "go_backwards=False, stateful=False"
    ),
    "ConvLSTM2D": (
        "filters, kernel_size, strides=1, padding='valid', data_format=None, "
        "dilation_rate=1, activation='tanh', recurrent_activation='sigmoid', "
        "use_bias=True, kernel_initializer='glorot_uniform', "
        "recurrent_initializer='orthogonal', bias_initializer='zeros', "
        "unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, "
        "bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, "
        "recurrent_constraint=None, bias_constraint=None, dropout=0.0, "
        "recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False, "
        "go_backwards=False, stateful=False"
    ),
    "ConvLSTM3D": (
        "filters, kernel_size, strides=1, padding='valid', data_format=None, "
        "dilation_rate=1, activation='tanh', recurrent_activation='sigmoid', "
        "use_bias=True, kernel_initializer='glorot_uniform', "
        "recurrent_initializer='orthogonal', bias_initializer='zeros', "
        "unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, "
        "bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, "
        "recurrent_constraint=None, bias_constraint=None, dropout=0.0, "
        "recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False, "
        "go_backwards=False, stateful=False"
    ),
    "Cropping1D": "cropping=(1, 1)",
    "Cropping2D": "cropping=((0, 0), (0, 0)), data_format=None",
    "Cropping3D": "cropping=((1, 1), (1, 1), (1, 1)), data_format=None",
    "CutMix": "factor=1.0, seed=None, data_format=None",
    "Dense": (
        "units, activation=None, use_bias=True, kernel_initializer='glorot_uniform', "
        "bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, "
        "activity_regularizer=None, kernel_constraint=None, bias_constraint=None, "
        "lora_rank=None, lora_alpha=None, quantization_config=None"
    ),
    "DenseFeatures": "feature_columns, trainable=True, name=None",
    "DepthwiseConv1D": (
        "kernel_size, strides=1, padding='valid', depth_multiplier=1, "
        "data_format=None, dilation_rate=1, activation=None, use_bias=True, "
        "depthwise_initializer='glorot_uniform', bias_initializer='zeros', "
        "depthwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
        "depthwise_constraint=None, bias_constraint=None"
    ),
    "DepthwiseConv2D": (
        "kernel_size, strides=(1, 1), padding='valid', depth_multiplier=1, "
        "data_format=None, dilation_rate=(1, 1), activation=None, use_bias=True, "
        "depthwise_initializer='glorot_uniform', bias_initializer='zeros', "
        "depthwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
        "depthwise_constraint=None, bias_constraint=None"
    ),
    "Discretization": (
        "bin_boundaries=None, num_bins=None, epsilon=0.01, output_mode='int', "
        "sparse=False, dtype=None, name=None"
    ),
    "Dot": "axes, normalize=False",
    "Dropout": "rate, noise_shape=None, seed=None",
    "ELU": "alpha=1.0",
    "EinsumDense": (
        "equation, output_shape, activation=None, bias_axes=None, "
        "kernel_initializer='glorot_uniform', bias_initializer='zeros', "
        "kernel_regularizer=None, bias_regularizer=None, kernel_constraint=None, "
        "bias_constraint=None, lora_rank=None, lora_alpha=None, "
        "gptq_unpacked_column_size=None, quantization_config=None"
    ),
    "Embedding": (
        "input_dim, output_dim, embeddings_initializer='uniform', "
        "embeddings_regularizer=None, embeddings_constraint=None, mask_zero=False, "
        "weights=None, lora_rank=None, lora_alpha=None, quantization_config=None"
    ),
    "Equalization": "value_range=(0, 255), bins=256, data_format=None",
    "Flatten": "data_format=None",
    "FlaxLayer": "module, method=None, variables=None",
    "GRU": (
        "units, activation='tanh', recurrent_activation='sigmoid', use_bias=True, "
        "kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', "
        "bias_initializer='zeros', kernel_regularizer=None, "
        "recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
        "kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, "
        "dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False, "
        "return_state=False, go_backwards=False, stateful=False, unroll=False, "
        "reset_after=True, use_cudnn='auto'"
    ),
    "GRUCell": (
        "units, activation='tanh', recurrent_activation='sigmoid', use_bias=True, "
        "kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', "
        "bias_initializer='zeros', kernel_regularizer=None, "
        "recurrent_regularizer=None, bias_regularizer=None, kernel_constraint=None, "
        "recurrent_constraint=None, bias_constraint=None, dropout=0.0, "
        "recurrent_dropout=0.0, reset_after=True, seed=None"
    ),
    "GaussianDropout": "rate, seed=None",
    "GaussianNoise": "stddev, seed=None",
    "GlobalAveragePooling1D": "data_format=None, keepdims=False",
    "GlobalAveragePooling2D": "data_format=None, keepdims=False",
    "GlobalAveragePooling3D": "data_format=None, keepdims=False",
    "GlobalMaxPooling1D": "data_format=None, keepdims=False",
    "GlobalMaxPooling2D": "data_format=None, keepdims=False",
    "GlobalMaxPooling3D": "data_format=None, keepdims=False",
    "GroupNormalization": (
        "groups=32, axis=-1, epsilon=0.001, center=True, scale=True, "
        "beta_initializer='zeros', gamma_initializer='ones', beta_regularizer=None, "
        "gamma_regularizer=None, beta_constraint=None, gamma_constraint=None"
    ),
    "HashedCrossing": (
        "num_bins, output_mode='int', sparse=False, name=None, dtype=None"
    ),
    "Hashing": "num_bins, mask_value=None, salt=None, output_mode='int', sparse=False",
    "Identity": "",
    "InputLayer": (
        "shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, "
        "batch_shape=None, input_tensor=None, optional=False, name=None"
    ),
    "IntegerLookup": (
        "max_tokens=None, num_oov_indices=1, mask_token=None, oov_token=-1, "
        "vocabulary=None, vocabulary_dtype='int64', idf_weights=None, invert=False, "
        "output_mode='int', sparse=False, pad_to_max_tokens=False, "
        "oov_method='floormod', salt=None, name=None"
    ),
    "JaxLayer": (
        "call_fn, init_fn=None, params=None, state=None, seed=None, "
        "native_serialization_platforms=None"
    ),
    "LSTM": (
        "units, activation='tanh', recurrent_activation='sigmoid', use_bias=True, "
        "kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', "
        "bias_initializer='zeros', unit_forget_bias=True, kernel_regularizer=None, "
        "recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
        "kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, "
        "dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False, "
        "return_state=False, go_backwards=False, stateful=False, unroll=False, "
        "use_cudnn='auto'"
    ),
    "LSTMCell": (
        "units, activation='tanh', recurrent_activation='sigmoid', use_bias=True, "
        "kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', "
        "bias_initializer='zeros', unit_forget_bias=True, kernel_regularizer=None, "
        "recurrent_regularizer=None, bias_regularizer=None, kernel_constraint=None, "
        "recurrent_constraint=None, bias_constraint=None, dropout=0.0, "
        "recurrent_dropout=0.0, seed=None"
    ),
    "Lambda": "function, output_shape=None, mask=None, arguments=None",
    "Layer": (
        "activity_regularizer=None, trainable=True, dtype=None, autocast=True, "
        "name=None"
    ),
    "LayerNormalization": (
        "axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', "
        "gamma_initializer='ones', beta_regularizer=None, gamma_regularizer=None, "
        "beta_constraint=None, gamma_constraint=None"
    ),
    "LeakyReLU": "negative_slope=0.3",
    "LocallyConnected1D": (
        "filters, kernel_size, strides=1, padding='valid', data_format=None, "
        "activation=None, use_bias=True, kernel_initializer='glorot_uniform', "
        "bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, "
        "activity_regularizer=None, kernel_constraint=None, bias_constraint=None, "
        "implementation=1"
    ),
    "LocallyConnected2D": (
        "filters, kernel_size, strides=(1, 1), padding='valid', data_format=None, "
        "activation=None, use_bias=True, kernel_initializer='glorot_uniform', "
        "bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, "
        "activity_regularizer=None, kernel_constraint=None, bias_constraint=None, "
        "implementation=1"
    ),
    "Masking": "mask_value=0.0",
    "MaxNumBoundingBoxes": "max_number, fill_value=-1",
    "MaxPooling1D": (
        "pool_size=2, strides=None, padding='valid', data_format=None, name=None"
    ),
    "MaxPooling2D": (
        "pool_size=(2, 2), strides=None, padding='valid', data_format=None, name=None"
    ),
    "MaxPooling3D": (
        "pool_size=(2, 2, 2), strides=None, padding='valid', data_format=None, "
        "name=None"
    ),
    "Maximum": "",
    "MelSpectrogram": (
        "fft_length=2048, sequence_stride=512, sequence_length=None, window='hann', "
        "sampling_rate=16000, num_mel_bins=128, min_freq=20.0, max_freq=None, "
        "power_to_db=True, top_db=80.0, mag_exp=2.0, min_power=1e-10, ref_power=1.0"
    ),
    "Minimum": "",
    "MixUp": "alpha=0.2, data_format=None, seed=None",
    "MultiHeadAttention": (
        "num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, "
        "output_shape=None, attention_axes=None, sliding_window=None, "
        "flash_attention=None, kernel_initializer='glorot_uniform', "
        "bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, "
        "activity_regularizer=None, kernel_constraint=None, bias_constraint=None, "
        "use_gate=False, seed=None"
    ),
    "Multiply": "",
    "Normalization": "axis=-1, mean=None, variance=None, invert=False",
    "PReLU": (
        "alpha_initializer='Zeros', alpha_regularizer=None, alpha_constraint=None, "
        "shared_axes=None"
    ),
    "Permute": "dims",
    "Pipeline": "layers, name=None",
    "RMSNormalization": "axis=-1, epsilon=1e-06",
    "RNN": (
        "cell, return_sequences=False, return_state=False, go_backwards=False, "
        "stateful=False, unroll=False, zero_output_for_mask=False"
    ),
    "RandAugment": (
        "value_range=(0, 255), num_ops=2, factor=0.5, interpolation='bilinear', "
        "seed=None, data_format=None"
    ),
    "RandomBrightness": "factor, value_range=(0, 255), seed=None",
    "RandomColorDegeneration": (
        "factor, value_range=(0, 255), data_format=None, seed=None"
    ),
    "RandomColorJitter": (
        "value_range=(0, 255), brightness_factor=None, contrast_factor=None, "
        "saturation_factor=None, hue_factor=None, seed=None, data_format=None"
    ),
    "RandomContrast": "factor, value_range=(0, 255), seed=None",
    "RandomCrop": "height, width, seed=None, data_format=None, name=None",
    "RandomElasticTransform": (
        "factor=1.0, scale=1.0, interpolation='bilinear', fill_mode='reflect', "
        "fill_value=0.0, value_range=(0, 255), seed=None, data_format=None"
    ),
    "RandomErasing": (
        "factor=1.0, scale=(0.02, 0.33), fill_value=None, value_range=(0, 255), "
        "seed=None, data_format=None"
    ),
    "RandomFlip": "mode='horizontal_and_vertical', seed=None, data_format=None",
    "RandomGaussianBlur": (
        "factor=1.0, kernel_size=3, sigma=1.0, value_range=(0, 255), data_format=None, "
        "seed=None"
    ),
    "RandomGrayscale": "factor=0.5, data_format=None, seed=None",
    "RandomHeight": "factor, interpolation='bilinear', seed=None",
    "RandomHue": "factor, value_range=(0, 255), data_format=None, seed=None",
    "RandomInvert": "factor=1.0, value_range=(0, 255), seed=None, data_format=None",
    "RandomPerspective": (
        "factor=1.0, scale=1.0, interpolation='bilinear', fill_value=0.0, seed=None, "
        "data_format=None"
    ),
    "RandomPosterization": "factor, value_range=(0, 255), data_format=None, seed=None",
    "RandomRotation": (
        "factor, fill_mode='reflect', interpolation='bilinear', seed=None, "
        "fill_value=0.0, data_format=None"
    ),
    "RandomSaturation": "factor, value_range=(0, 255), data_format=None, seed=None",
    "RandomSharpness": "factor, value_range=(0, 255), data_format=None, seed=None",
    "RandomShear": (
        "x_factor=0.0, y_factor=0.0, interpolation='bilinear', fill_mode='reflect', "
        "fill_value=0.0, data_format=None, seed=None"
    ),
    "RandomTranslation": (
        "height_factor, width_factor, fill_mode='reflect', interpolation='bilinear', "
        "seed=None, fill_value=0.0, data_format=None"
    ),
    "RandomWidth": "factor, interpolation='bilinear', seed=None",
    "RandomZoom": (
        "height_factor, width_factor=None, fill_mode='reflect', "
        "interpolation='bilinear', seed=None, fill_value=0.0, data_format=None"
    ),
    "ReLU": "max_value=None, negative_slope=0.0, threshold=0.0",
    "RepeatVector": "n",
    "Rescaling": "scale, offset=0.0",
    "Reshape": "target_shape",
    "Resizing": (
        "height, width, interpolation='bilinear', crop_to_aspect_ratio=False, "
        "pad_to_aspect_ratio=False, fill_mode='constant', fill_value=0.0, "
        "antialias=False, data_format=None"
    ),
    "ReversibleEmbedding": (
        "input_dim, output_dim, tie_weights=True, embeddings_initializer='uniform', "
        "embeddings_regularizer=None, embeddings_constraint=None, mask_zero=False, "
        "reverse_dtype=None, logit_soft_cap=None"
    ),
    "STFTSpectrogram": (
        "mode='log', frame_length=256, frame_step=None, fft_length=None, "
        "window='hann', periodic=False, scaling='density', padding='valid', "
        "expand_dims=False, data_format=None"
    ),
    "SeparableConv1D": (
        "filters, kernel_size, strides=1, padding='valid', data_format=None, "
        "dilation_rate=1, depth_multiplier=1, activation=None, use_bias=True, "
        "depthwise_initializer='glorot_uniform', "
        "pointwise_initializer='glorot_uniform', bias_initializer='zeros', "
        "depthwise_regularizer=None, pointwise_regularizer=None, "
        "bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None, "
        "pointwise_constraint=None, bias_constraint=None"
    ),
    "SeparableConv2D": (
        "filters, kernel_size, strides=(1, 1), padding='valid', data_format=None, "
        "dilation_rate=(1, 1), depth_multiplier=1, activation=None, use_bias=True, "
        "depthwise_initializer='glorot_uniform', "
        "pointwise_initializer='glorot_uniform', bias_initializer='zeros', "
        "depthwise_regularizer=None, pointwise_regularizer=None, "
        "bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None, "
        "pointwise_constraint=None, bias_constraint=None"
    ),
    "SimpleRNN": (
        "units, activation='tanh', use_bias=True, kernel_initializer='glorot_uniform', "
        "recurrent_initializer='orthogonal', bias_initializer='zeros', "
        "kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, "
        "activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, "
        "bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, "
        "return_sequences=False, return_state=False, go_backwards=False, "
        "stateful=False, unroll=False, seed=None"
    ),
    "SimpleRNNCell": (
        "units, activation='tanh', use_bias=True, kernel_initializer='glorot_uniform', "
        "recurrent_initializer='orthogonal', bias_initializer='zeros', "
        "kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, "
        "kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, "
        "dropout=0.0, recurrent_dropout=0.0, seed=None"
    ),
    "Softmax": "axis=-1",
    "Solarization": (
        "addition_factor=0.0, threshold_factor=0.0, value_range=(0, 255), seed=None"
    ),
    "SpatialDropout1D": "rate, seed=None, name=None, dtype=None",
    "SpatialDropout2D": "rate, data_format=None, seed=None, name=None, dtype=None",
    "SpatialDropout3D": "rate, data_format=None, seed=None, name=None, dtype=None",
    "SpectralNormalization": "layer, power_iterations=1",
    "StackedRNNCells": "cells",
    "StringLookup": (
        "max_tokens=None, num_oov_indices=1, mask_token=None, oov_token='[UNK]', "
        "vocabulary=None, idf_weights=None, invert=False, output_mode='int', "
        "pad_to_max_tokens=False, sparse=False, encoding='utf-8', name=None, salt=None"
    ),
    "Subtract": "",
    "TFSMLayer": (
        "filepath, call_endpoint='serve', call_training_endpoint=None, trainable=True, "
        "name=None, dtype=None"
    ),
    "TextVectorization": (
        "max_tokens=None, standardize='lower_and_strip_punctuation', "
        "split='whitespace', ngrams=None, output_mode='int', "
        "output_sequence_length=None, pad_to_max_tokens=False, vocabulary=None, "
        "idf_weights=None, sparse=False, ragged=False, encoding='utf-8', name=None"
    ),
    "ThresholdedReLU": "theta=1.0",
    "TimeDistributed": "layer",
    "TorchModuleWrapper": "module, name=None, output_shape=None",
    "UnitNormalization": "axis=-1",
    "UpSampling1D": "size=2",
    "UpSampling2D": "size=(2, 2), data_format=None, interpolation='nearest'",
    "UpSampling3D": "size=(2, 2, 2), data_format=None",
    "Wrapper": "layer",
    "ZeroPadding1D": "padding=1, data_format=None",
    "ZeroPadding2D": "padding=(1, 1), data_format=None",
    "ZeroPadding3D": "padding=((1, 1), (1, 1), (1, 1)), data_format=None",
}
"""Class -> its arguments, as in the definition of a function."""
