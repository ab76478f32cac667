"""What Keras 3 accepts of configs of Keras 2, read off both.

Made by `python -m tools keras-api` from keras 3.15.1 and tf_keras 2.21.0.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.typed import Final

COMMON: Final = frozenset(
    {
        "activity_regularizer",
        "autocast",
        "dtype",
        "input_dim",
        "input_shape",
        "name",
        "trainable",
    }
)
"""Arguments of every layer that has `COMMON`."""

LAYERS: Final[Mapping[str, str]] = {
    "Activation": "COMMON activation",
    "ActivityRegularization": "COMMON l1 l2",
    "AdaptiveAveragePooling1D": "COMMON data_format output_size",
    "AdaptiveAveragePooling2D": "COMMON data_format output_size",
    "AdaptiveAveragePooling3D": "COMMON data_format output_size",
    "AdaptiveMaxPooling1D": "COMMON data_format output_size",
    "AdaptiveMaxPooling2D": "COMMON data_format output_size",
    "AdaptiveMaxPooling3D": "COMMON data_format output_size",
    "Add": "COMMON",
    "AdditiveAttention": "COMMON dropout score_mode seed use_scale",
    "AlphaDropout": "COMMON noise_shape rate seed",
    "Attention": "COMMON dropout score_mode seed use_scale",
    "AugMix": (
        "COMMON all_ops alpha bounding_box_format chain_depth data_format factor "
        "interpolation num_chains seed value_range"
    ),
    "AutoContrast": "COMMON bounding_box_format data_format factor value_range",
    "Average": "COMMON",
    "AveragePooling1D": (
        "COMMON data_format padding pool_dimensions pool_mode pool_size strides"
    ),
    "AveragePooling2D": (
        "COMMON data_format padding pool_dimensions pool_mode pool_size strides"
    ),
    "AveragePooling3D": (
        "COMMON data_format padding pool_dimensions pool_mode pool_size strides"
    ),
    "BatchNormalization": (
        "COMMON axis beta_constraint beta_initializer beta_regularizer center epsilon "
        "gamma_constraint gamma_initializer gamma_regularizer momentum "
        "moving_mean_initializer moving_variance_initializer renorm renorm_clipping "
        "renorm_momentum scale synchronized"
    ),
    "Bidirectional": "COMMON backward_layer layer merge_mode weights",
    "CategoryEncoding": "COMMON num_tokens output_mode sparse",
    "CenterCrop": "COMMON bounding_box_format data_format factor height width",
    "Concatenate": "COMMON axis",
    "ContrastLimitedAdaptiveHistogramEqualization": (
        "COMMON bounding_box_format clip_limit data_format factor tile_grid_size "
        "value_range"
    ),
    "Conv1D": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "data_format dilation_rate filters groups kernel_constraint kernel_initializer "
        "kernel_regularizer kernel_size lora_alpha lora_rank padding rank strides "
        "use_bias"
    ),
    "Conv1DTranspose": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "data_format dilation_rate filters kernel_constraint kernel_initializer "
        "kernel_regularizer kernel_size output_padding padding rank strides use_bias"
    ),
    "Conv2D": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "data_format dilation_rate filters groups kernel_constraint kernel_initializer "
        "kernel_regularizer kernel_size lora_alpha lora_rank padding rank strides "
        "use_bias"
    ),
    "Conv2DTranspose": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "data_format dilation_rate filters kernel_constraint kernel_initializer "
        "kernel_regularizer kernel_size output_padding padding rank strides use_bias"
    ),
    "Conv3D": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "data_format dilation_rate filters groups kernel_constraint kernel_initializer "
        "kernel_regularizer kernel_size lora_alpha lora_rank padding rank strides "
        "use_bias"
    ),
    "Conv3DTranspose": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "data_format dilation_rate filters kernel_constraint kernel_initializer "
        "kernel_regularizer kernel_size output_padding padding rank strides use_bias"
    ),
    "ConvLSTM1D": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer cell "
        "data_format dilation_rate dropout filters go_backwards kernel_constraint "
        "kernel_initializer kernel_regularizer kernel_size padding rank "
        "recurrent_activation recurrent_constraint recurrent_dropout "
        "recurrent_initializer recurrent_regularizer return_sequences return_state "
        "seed stateful strides unit_forget_bias unroll use_bias zero_output_for_mask"
    ),
    "ConvLSTM2D": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer cell "
        "data_format dilation_rate dropout filters go_backwards kernel_constraint "
        "kernel_initializer kernel_regularizer kernel_size padding rank "
        "recurrent_activation recurrent_constraint recurrent_dropout "
        "recurrent_initializer recurrent_regularizer return_sequences return_state "
        "seed stateful strides unit_forget_bias unroll use_bias zero_output_for_mask"
    ),
    "ConvLSTM3D": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer cell "
        "data_format dilation_rate dropout filters go_backwards kernel_constraint "
        "kernel_initializer kernel_regularizer kernel_size padding rank "
        "recurrent_activation recurrent_constraint recurrent_dropout "
        "recurrent_initializer recurrent_regularizer return_sequences return_state "
        "seed stateful strides unit_forget_bias unroll use_bias zero_output_for_mask"
    ),
    "Cropping1D": "COMMON cropping",
    "Cropping2D": "COMMON cropping data_format",
    "Cropping3D": "COMMON cropping data_format",
    "CutMix": "COMMON bounding_box_format data_format factor seed",
    "Dense": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "kernel_constraint kernel_initializer kernel_regularizer lora_alpha lora_rank "
        "quantization_config units use_bias"
    ),
    "DepthwiseConv1D": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "data_format depth_multiplier depthwise_constraint depthwise_initializer "
        "depthwise_regularizer dilation_rate kernel_size padding rank strides use_bias"
    ),
    "DepthwiseConv2D": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "data_format depth_multiplier depthwise_constraint depthwise_initializer "
        "depthwise_regularizer dilation_rate kernel_size padding rank strides use_bias"
    ),
    "Discretization": "bin_boundaries dtype epsilon name num_bins output_mode sparse",
    "Dot": "COMMON axes normalize",
    "Dropout": "COMMON noise_shape rate seed",
    "ELU": "COMMON alpha",
    "EinsumDense": (
        "COMMON activation bias_axes bias_constraint bias_initializer bias_regularizer "
        "equation gptq_unpacked_column_size kernel_constraint kernel_initializer "
        "kernel_regularizer lora_alpha lora_rank output_shape quantization_config"
    ),
    "Embedding": (
        "COMMON embeddings_constraint embeddings_initializer embeddings_regularizer "
        "input_length lora_alpha lora_rank mask_zero output_dim quantization_config "
        "weights"
    ),
    "Equalization": "COMMON bins bounding_box_format data_format factor value_range",
    "Flatten": "COMMON data_format",
    "GRU": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer cell "
        "dropout go_backwards implementation kernel_constraint kernel_initializer "
        "kernel_regularizer recurrent_activation recurrent_constraint "
        "recurrent_dropout recurrent_initializer recurrent_regularizer reset_after "
        "return_sequences return_state seed stateful units unroll use_bias use_cudnn "
        "zero_output_for_mask"
    ),
    "GRUCell": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer dropout "
        "implementation kernel_constraint kernel_initializer kernel_regularizer "
        "recurrent_activation recurrent_constraint recurrent_dropout "
        "recurrent_initializer recurrent_regularizer reset_after seed units use_bias"
    ),
    "GaussianDropout": "COMMON rate seed",
    "GaussianNoise": "COMMON seed stddev",
    "GlobalAveragePooling1D": "COMMON data_format keepdims pool_dimensions",
    "GlobalAveragePooling2D": "COMMON data_format keepdims pool_dimensions",
    "GlobalAveragePooling3D": "COMMON data_format keepdims pool_dimensions",
    "GlobalMaxPooling1D": "COMMON data_format keepdims pool_dimensions",
    "GlobalMaxPooling2D": "COMMON data_format keepdims pool_dimensions",
    "GlobalMaxPooling3D": "COMMON data_format keepdims pool_dimensions",
    "GroupNormalization": (
        "COMMON axis beta_constraint beta_initializer beta_regularizer center epsilon "
        "gamma_constraint gamma_initializer gamma_regularizer groups scale"
    ),
    "GroupedQueryAttention": (
        "COMMON bias_constraint bias_initializer bias_regularizer dropout "
        "flash_attention head_dim kernel_constraint kernel_initializer "
        "kernel_regularizer num_key_value_heads num_query_heads seed sliding_window "
        "use_bias use_gate"
    ),
    "HashedCrossing": "COMMON num_bins output_mode sparse",
    "Hashing": "COMMON mask_value num_bins output_mode salt sparse",
    "Identity": "COMMON",
    "IndexLookup": (
        "COMMON has_input_vocabulary idf_weights invert mask_token max_tokens "
        "num_oov_indices oov_method oov_token output_mode pad_to_max_tokens salt "
        "sparse vocabulary vocabulary_dtype vocabulary_size"
    ),
    "InputLayer": (
        "COMMON batch_input_shape batch_shape batch_size input_tensor optional ragged "
        "shape sparse"
    ),
    "IntegerLookup": (
        "COMMON has_input_vocabulary idf_weights invert mask_token max_tokens "
        "num_oov_indices oov_method oov_token output_mode pad_to_max_tokens salt "
        "sparse vocabulary vocabulary_dtype vocabulary_size"
    ),
    "LSTM": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer cell "
        "dropout go_backwards implementation kernel_constraint kernel_initializer "
        "kernel_regularizer recurrent_activation recurrent_constraint "
        "recurrent_dropout recurrent_initializer recurrent_regularizer "
        "return_sequences return_state seed stateful unit_forget_bias units unroll "
        "use_bias use_cudnn zero_output_for_mask"
    ),
    "LSTMCell": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer dropout "
        "implementation kernel_constraint kernel_initializer kernel_regularizer "
        "recurrent_activation recurrent_constraint recurrent_dropout "
        "recurrent_initializer recurrent_regularizer seed unit_forget_bias units "
        "use_bias"
    ),
    "Lambda": "COMMON arguments function mask output_shape",
    "Layer": "COMMON",
    "LayerNormalization": (
        "COMMON axis beta_constraint beta_initializer beta_regularizer center epsilon "
        "gamma_constraint gamma_initializer gamma_regularizer rms_scaling scale"
    ),
    "LeakyReLU": "COMMON alpha negative_slope",
    "Masking": "COMMON mask_value",
    "MaxNumBoundingBoxes": (
        "COMMON bounding_box_format data_format factor fill_value max_number"
    ),
    "MaxPooling1D": (
        "COMMON data_format padding pool_dimensions pool_mode pool_size strides"
    ),
    "MaxPooling2D": (
        "COMMON data_format padding pool_dimensions pool_mode pool_size strides"
    ),
    "MaxPooling3D": (
        "COMMON data_format padding pool_dimensions pool_mode pool_size strides"
    ),
    "Maximum": "COMMON",
    "MelSpectrogram": (
        "COMMON fft_length mag_exp max_freq min_freq min_power num_mel_bins "
        "power_to_db ref_power sampling_rate sequence_length sequence_stride top_db "
        "window"
    ),
    "Minimum": "COMMON",
    "MixUp": "COMMON alpha bounding_box_format data_format factor seed",
    "MultiHeadAttention": (
        "COMMON attention_axes bias_constraint bias_initializer bias_regularizer "
        "dropout flash_attention kernel_constraint kernel_initializer "
        "kernel_regularizer key_dim num_heads output_shape seed sliding_window "
        "use_bias use_gate value_dim"
    ),
    "Multiply": "COMMON",
    "Normalization": "COMMON axis invert mean variance",
    "PReLU": "COMMON alpha_constraint alpha_initializer alpha_regularizer shared_axes",
    "Permute": "COMMON dims",
    "Pipeline": "layers name",
    "RMSNormalization": "COMMON axis epsilon",
    "RNN": (
        "COMMON cell go_backwards return_sequences return_state stateful unroll "
        "zero_output_for_mask"
    ),
    "RandAugment": (
        "COMMON bounding_box_format data_format factor interpolation num_ops seed "
        "value_range"
    ),
    "RandomBrightness": (
        "COMMON bounding_box_format data_format factor seed value_range"
    ),
    "RandomColorDegeneration": (
        "COMMON bounding_box_format data_format factor seed value_range"
    ),
    "RandomColorJitter": (
        "COMMON bounding_box_format brightness_factor contrast_factor data_format "
        "factor hue_factor saturation_factor seed value_range"
    ),
    "RandomContrast": "COMMON bounding_box_format data_format factor seed value_range",
    "RandomCrop": "COMMON bounding_box_format data_format factor height seed width",
    "RandomElasticTransform": (
        "COMMON bounding_box_format data_format factor fill_mode fill_value "
        "interpolation scale seed value_range"
    ),
    "RandomErasing": (
        "COMMON bounding_box_format data_format factor fill_value scale seed "
        "value_range"
    ),
    "RandomFlip": "COMMON bounding_box_format data_format factor mode seed",
    "RandomGaussianBlur": (
        "COMMON bounding_box_format data_format factor kernel_size seed sigma "
        "value_range"
    ),
    "RandomGrayscale": "COMMON bounding_box_format data_format factor seed",
    "RandomHue": "COMMON bounding_box_format data_format factor seed value_range",
    "RandomInvert": "COMMON bounding_box_format data_format factor seed value_range",
    "RandomPerspective": (
        "COMMON bounding_box_format data_format factor fill_value interpolation scale "
        "seed"
    ),
    "RandomPosterization": (
        "COMMON bounding_box_format data_format factor seed value_range"
    ),
    "RandomRotation": (
        "COMMON bounding_box_format data_format factor fill_mode fill_value "
        "interpolation seed"
    ),
    "RandomSaturation": (
        "COMMON bounding_box_format data_format factor seed value_range"
    ),
    "RandomSharpness": "COMMON bounding_box_format data_format factor seed value_range",
    "RandomShear": (
        "COMMON bounding_box_format data_format factor fill_mode fill_value "
        "interpolation seed x_factor y_factor"
    ),
    "RandomTranslation": (
        "COMMON bounding_box_format data_format factor fill_mode fill_value "
        "height_factor interpolation seed width_factor"
    ),
    "RandomZoom": (
        "COMMON bounding_box_format data_format factor fill_mode fill_value "
        "height_factor interpolation seed width_factor"
    ),
    "ReLU": "COMMON max_value negative_slope threshold",
    "RepeatVector": "COMMON n",
    "Rescaling": "COMMON offset scale",
    "Reshape": "COMMON target_shape",
    "Resizing": (
        "COMMON antialias bounding_box_format crop_to_aspect_ratio data_format factor "
        "fill_mode fill_value height interpolation pad_to_aspect_ratio width"
    ),
    "ReversibleEmbedding": (
        "COMMON embeddings_constraint embeddings_initializer embeddings_regularizer "
        "input_length logit_soft_cap lora_alpha lora_rank mask_zero output_dim "
        "quantization_config reverse_dtype tie_weights weights"
    ),
    "STFTSpectrogram": (
        "COMMON data_format expand_dims fft_length frame_length frame_step mode "
        "padding periodic scaling window"
    ),
    "SeparableConv1D": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "data_format depth_multiplier depthwise_constraint depthwise_initializer "
        "depthwise_regularizer dilation_rate filters kernel_size padding "
        "pointwise_constraint pointwise_initializer pointwise_regularizer rank strides "
        "use_bias"
    ),
    "SeparableConv2D": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer "
        "data_format depth_multiplier depthwise_constraint depthwise_initializer "
        "depthwise_regularizer dilation_rate filters kernel_size padding "
        "pointwise_constraint pointwise_initializer pointwise_regularizer rank strides "
        "use_bias"
    ),
    "SimpleRNN": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer cell "
        "dropout go_backwards kernel_constraint kernel_initializer kernel_regularizer "
        "recurrent_constraint recurrent_dropout recurrent_initializer "
        "recurrent_regularizer return_sequences return_state seed stateful units "
        "unroll use_bias zero_output_for_mask"
    ),
    "SimpleRNNCell": (
        "COMMON activation bias_constraint bias_initializer bias_regularizer dropout "
        "kernel_constraint kernel_initializer kernel_regularizer recurrent_constraint "
        "recurrent_dropout recurrent_initializer recurrent_regularizer seed units "
        "use_bias"
    ),
    "Softmax": "COMMON axis",
    "Solarization": (
        "COMMON addition_factor bounding_box_format data_format factor seed "
        "threshold_factor value_range"
    ),
    "SpatialDropout1D": "dtype name rate seed",
    "SpatialDropout2D": "data_format dtype name rate seed",
    "SpatialDropout3D": "data_format dtype name rate seed",
    "SpectralNormalization": "COMMON layer power_iterations",
    "StackedRNNCells": "COMMON cells",
    "StringLookup": (
        "COMMON encoding has_input_vocabulary idf_weights invert mask_token max_tokens "
        "num_oov_indices oov_method oov_token output_mode pad_to_max_tokens salt "
        "sparse vocabulary vocabulary_dtype vocabulary_size"
    ),
    "Subtract": "COMMON",
    "TextVectorization": (
        "COMMON encoding has_input_vocabulary idf_weights max_tokens ngrams "
        "output_mode output_sequence_length pad_to_max_tokens ragged sparse split "
        "standardize vocabulary vocabulary_size"
    ),
    "TimeDistributed": "COMMON layer",
    "UnitNormalization": "COMMON axis",
    "UpSampling1D": "COMMON size",
    "UpSampling2D": "COMMON data_format interpolation size",
    "UpSampling3D": "COMMON data_format size",
    "Wrapper": "COMMON layer",
    "ZeroPadding1D": "COMMON data_format padding",
    "ZeroPadding2D": "COMMON data_format padding",
    "ZeroPadding3D": "COMMON data_format padding",
}
"""Class -> the arguments that its `from_config` accepts."""

OPTIMIZERS: Final[Mapping[str, str]] = {
    "Adadelta": (
        "clipnorm clipvalue decay ema_momentum ema_overwrite_frequency epsilon "
        "global_clipnorm gradient_accumulation_steps learning_rate loss_scale_factor "
        "name rho use_ema weight_decay"
    ),
    "Adafactor": (
        "beta_2_decay clip_threshold clipnorm clipvalue decay ema_momentum "
        "ema_overwrite_frequency epsilon_1 epsilon_2 global_clipnorm "
        "gradient_accumulation_steps learning_rate loss_scale_factor name "
        "relative_step use_ema weight_decay"
    ),
    "Adagrad": (
        "clipnorm clipvalue decay ema_momentum ema_overwrite_frequency epsilon "
        "global_clipnorm gradient_accumulation_steps initial_accumulator_value "
        "learning_rate loss_scale_factor name use_ema weight_decay"
    ),
    "Adam": (
        "amsgrad beta_1 beta_2 clipnorm clipvalue decay ema_momentum "
        "ema_overwrite_frequency epsilon global_clipnorm gradient_accumulation_steps "
        "learning_rate loss_scale_factor name use_ema weight_decay"
    ),
    "AdamW": (
        "amsgrad beta_1 beta_2 clipnorm clipvalue decay ema_momentum "
        "ema_overwrite_frequency epsilon global_clipnorm gradient_accumulation_steps "
        "learning_rate loss_scale_factor name use_ema weight_decay"
    ),
    "Adamax": (
        "beta_1 beta_2 clipnorm clipvalue decay ema_momentum ema_overwrite_frequency "
        "epsilon global_clipnorm gradient_accumulation_steps learning_rate "
        "loss_scale_factor name use_ema weight_decay"
    ),
    "Ftrl": (
        "beta clipnorm clipvalue decay ema_momentum ema_overwrite_frequency "
        "global_clipnorm gradient_accumulation_steps initial_accumulator_value "
        "l1_regularization_strength l2_regularization_strength "
        "l2_shrinkage_regularization_strength learning_rate learning_rate_power "
        "loss_scale_factor name use_ema weight_decay"
    ),
    "Lamb": (
        "beta_1 beta_2 clipnorm clipvalue decay ema_momentum ema_overwrite_frequency "
        "epsilon global_clipnorm gradient_accumulation_steps learning_rate "
        "loss_scale_factor name use_ema weight_decay"
    ),
    "Lion": (
        "beta_1 beta_2 clipnorm clipvalue decay ema_momentum ema_overwrite_frequency "
        "global_clipnorm gradient_accumulation_steps learning_rate loss_scale_factor "
        "name use_ema weight_decay"
    ),
    "LossScaleOptimizer": (
        "clipnorm clipvalue decay dynamic dynamic_growth_steps ema_momentum "
        "ema_overwrite_frequency global_clipnorm gradient_accumulation_steps "
        "initial_scale inner_optimizer learning_rate loss_scale_factor name use_ema "
        "weight_decay"
    ),
    "MultiOptimizer": "loss_scale_factor name optimizer_map",
    "Muon": (
        "adam_beta_1 adam_beta_2 adam_lr_ratio adam_weight_decay clipnorm clipvalue "
        "decay ema_momentum ema_overwrite_frequency epsilon exclude_embeddings "
        "exclude_layers global_clipnorm gradient_accumulation_steps learning_rate "
        "loss_scale_factor momentum muon_a muon_b muon_c name nesterov ns_steps "
        "rms_rate use_ema weight_decay"
    ),
    "Nadam": (
        "beta_1 beta_2 clipnorm clipvalue decay ema_momentum ema_overwrite_frequency "
        "epsilon global_clipnorm gradient_accumulation_steps learning_rate "
        "loss_scale_factor name use_ema weight_decay"
    ),
    "Optimizer": (
        "clipnorm clipvalue decay ema_momentum ema_overwrite_frequency global_clipnorm "
        "gradient_accumulation_steps learning_rate loss_scale_factor name use_ema "
        "weight_decay"
    ),
    "RMSprop": (
        "centered clipnorm clipvalue decay ema_momentum ema_overwrite_frequency "
        "epsilon global_clipnorm gradient_accumulation_steps learning_rate "
        "loss_scale_factor momentum name rho use_ema weight_decay"
    ),
    "SGD": (
        "clipnorm clipvalue decay ema_momentum ema_overwrite_frequency global_clipnorm "
        "gradient_accumulation_steps learning_rate loss_scale_factor momentum name "
        "nesterov use_ema weight_decay"
    ),
    "ScheduleFreeAdamW": (
        "beta_1 beta_2 clipnorm clipvalue decay ema_momentum ema_overwrite_frequency "
        "epsilon global_clipnorm gradient_accumulation_steps learning_rate "
        "loss_scale_factor name use_ema warmup_steps weight_decay"
    ),
}
"""Class -> the arguments that its `from_config` accepts."""

LOSSES: Final[Mapping[str, str]] = {
    "BinaryCrossentropy": "axis dtype from_logits label_smoothing name reduction",
    "BinaryFocalCrossentropy": (
        "alpha apply_class_balancing axis dtype from_logits gamma label_smoothing name "
        "reduction"
    ),
    "CTC": "dtype name reduction",
    "CategoricalCrossentropy": "axis dtype from_logits label_smoothing name reduction",
    "CategoricalFocalCrossentropy": (
        "alpha axis dtype from_logits gamma label_smoothing name reduction"
    ),
    "CategoricalGeneralizedCrossEntropy": "dtype name q reduction",
    "CategoricalHinge": "dtype name reduction",
    "Circle": "dtype gamma margin name reduction remove_diagonal",
    "CosineSimilarity": "axis dtype name reduction",
    "Dice": "axis dtype name reduction",
    "Hinge": "dtype name reduction",
    "Huber": "delta dtype name reduction",
    "KLDivergence": "dtype name reduction",
    "LogCosh": "dtype name reduction",
    "Loss": "dtype name reduction",
    "MeanAbsoluteError": "dtype name reduction",
    "MeanAbsolutePercentageError": "dtype name reduction",
    "MeanSquaredError": "dtype name reduction",
    "MeanSquaredLogarithmicError": "dtype name reduction",
    "Poisson": "dtype name reduction",
    "SparseCategoricalCrossentropy": (
        "axis dtype from_logits ignore_class name reduction"
    ),
    "SquaredHinge": "dtype name reduction",
    "Tversky": "alpha axis beta dtype name reduction",
}
"""Class -> the arguments that its `from_config` accepts."""

GONE: Final = frozenset(
    {
        "AbstractRNNCell",
        "AtrousConvolution1D",
        "AtrousConvolution2D",
        "ClassMethod",
        "CuDNNGRU",
        "CuDNNLSTM",
        "DenseFeatures",
        "Highway",
        "LocallyConnected1D",
        "LocallyConnected2D",
        "MaxoutDense",
        "Merge",
        "ModuleWrapper",
        "ParametricSoftplus",
        "PriorityFeatures",
        "RandomHeight",
        "RandomWidth",
        "SReLU",
        "SequenceFeatures",
        "SlicingOpLambda",
        "TFOpLambda",
        "TensorFlowOpLayer",
        "ThresholdedLinear",
        "ThresholdedReLU",
        "TimeDistributedDense",
    }
)
"""Layers of Keras 1 and 2 that Keras 3 does not have."""

GONE_METRICS: Final = frozenset({"MeanRelativeError", "MeanTensor"})
"""Metrics of Keras 2 that Keras 3 does not have."""

LOST_LOSSES: Final = frozenset(
    {
        "KLD",
        "MAE",
        "MAPE",
        "MSE",
        "MSLE",
        "kld",
        "kullback_leibler_divergence",
        "logcosh",
        "mae",
        "mape",
        "mse",
        "msle",
    }
)
"""Names of losses of Keras 2 that Keras 3 does not load from HDF5."""
