/** Attention as one operation. */
import { known, ShapeError, showShape } from '../shape.ts';
import { defineOp, expectRank, expectSameType, expectShape } from './op.ts';

/**
 * softmax(q · kᵀ / √d) · v for every head. Inputs q [B, n, c], k [B, m, c], v [B, m, c], where c holds the heads one
 * behind the other, c = heads · d. Output [B, n, c].
 */
export const multiHeadAttention = defineOp<{ heads: number }>({
	type: 'MultiHeadAttention',
	domain: 'com.microsoft',
	attributes: ({ heads }) => ({ num_heads: { int: heads } }),
	infer: (inputs, { heads }) => {
		const [q, k, v] = inputs;
		for (const value of inputs) expectRank('MultiHeadAttention', value, 3);
		expectSameType('MultiHeadAttention', inputs);
		expectShape('MultiHeadAttention', k, [q.shape[0], k.shape[1], q.shape[2]]);
		expectShape('MultiHeadAttention', v, k.shape);
		if (known('MultiHeadAttention', q.shape[2], 'width') % heads) {
			throw new ShapeError('MultiHeadAttention', `a width that ${heads} heads divide`, showShape(q.shape));
		}
		return q;
	},
});
