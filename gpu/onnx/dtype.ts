/** Element types of ONNX tensors: their number in TensorProto.DataType and their size in bytes. */
const DTYPES = {
	float32: { code: 1, bytes: 4 },
	uint8: { code: 2, bytes: 1 },
	int8: { code: 3, bytes: 1 },
	int32: { code: 6, bytes: 4 },
	int64: { code: 7, bytes: 8 },
	bool: { code: 9, bytes: 1 },
	float16: { code: 10, bytes: 2 },
	float64: { code: 11, bytes: 8 },
	bfloat16: { code: 16, bytes: 2 },
} as const;

export type DType = keyof typeof DTYPES;

/** What networks calculate in. */
export type FloatType = 'float32' | 'float16';

/** The number that ONNX files use for a type (TensorProto.DataType). */
export function dtypeCode(dtype: DType): number {
	return DTYPES[dtype].code;
}

/** Bytes of one element. */
export function dtypeBytes(dtype: DType): number {
	return DTYPES[dtype].bytes;
}
