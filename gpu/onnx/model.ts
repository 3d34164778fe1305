/**
 * A graph as the bytes of an ONNX file (ModelProto).
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { dtypeCode } from './dtype.ts';
import { type Attribute, COMPOSITE, type Graph, type Initializer, type Node, type ValueType } from './graph.ts';
import { ProtoWriter } from './proto.ts';

/** The newest IR that needs nothing from us beyond opset 20 (which has Gelu) and that ONNX Runtime 1.30 reads. */
const IR_VERSION = 9;
const OPSETS = { '': 20, 'com.microsoft': 1, 'com.microsoft.nchwc': 1 };

/** TensorProto.DataLocation.EXTERNAL */
const EXTERNAL = 1;

/** Attribute types: AttributeProto.AttributeType. */
const FLOAT = 1;
const INT = 2;
const STRING = 3;
const GRAPH = 5;
const INTS = 7;

/** The ModelProto of a graph. */
export function toModel(graph: Graph): Uint8Array {
	const model = new ProtoWriter().int(1, IR_VERSION).bytes(2, 'flipside').message(7, writeGraph(graph));
	// The first two always: ONNX Runtime's own optimisations put operations of both in.
	const used = new Set(['', 'com.microsoft', ...domainsOf(graph)]);
	for (const [domain, version] of Object.entries(OPSETS)) {
		if (!used.has(domain)) continue;
		model.message(8, new ProtoWriter().bytes(1, domain).int(2, version));
	}
	return model.finish();
}

/** Of all operations, those inside of others too. */
function domainsOf(graph: Graph): string[] {
	return graph.nodes.flatMap(({ op, options }) => {
		const inside = Object.values(op.attributes?.(options) ?? {}).flatMap((attribute) =>
			'graph' in attribute ? domainsOf(attribute.graph) : [],
		);
		return [op.domain ?? '', ...inside];
	});
}

function writeGraph(graph: Graph): ProtoWriter {
	const proto = new ProtoWriter();
	for (const [index, node] of graph.nodes.entries()) proto.message(1, writeNode(node, `${node.op.type}_${index}`));
	// ONNX names outputs by their value, so each gets a node that renames it; ONNX Runtime removes it again.
	for (const { name, value } of graph.outputs) {
		proto.message(
			1,
			new ProtoWriter().bytes(1, value.name).bytes(2, name).bytes(3, `output ${name}`).bytes(4, 'Identity'),
		);
	}
	proto.bytes(2, graph.name);
	for (const initializer of graph.initializers.values()) proto.message(5, writeInitializer(initializer));
	for (const input of graph.inputs) proto.message(11, writeValueInfo(input.name, input));
	for (const { name, value } of graph.outputs) proto.message(12, writeValueInfo(name, value));
	return proto;
}

function writeNode(node: Node, name: string): ProtoWriter {
	if (node.op.domain === COMPOSITE)
		throw new Error(`${node.op.type}: ONNX has no such operation; lower the graph first`);
	const proto = new ProtoWriter();
	for (const input of node.inputNames) proto.bytes(1, input);
	for (const output of node.outputs) proto.bytes(2, output.name);
	proto.bytes(3, name).bytes(4, node.op.type);
	for (const [key, attribute] of Object.entries(node.op.attributes?.(node.options) ?? {})) {
		proto.message(5, writeAttribute(key, attribute));
	}
	if (node.op.domain) proto.bytes(7, node.op.domain);
	return proto;
}

function writeAttribute(name: string, attribute: Attribute): ProtoWriter {
	const proto = new ProtoWriter().bytes(1, name);
	if ('float' in attribute) return proto.float(2, attribute.float).int(20, FLOAT);
	if ('int' in attribute) return proto.int(3, attribute.int).int(20, INT);
	if ('string' in attribute) return proto.bytes(4, attribute.string).int(20, STRING);
	if ('graph' in attribute) return proto.message(6, writeGraph(attribute.graph)).int(20, GRAPH);
	for (const value of attribute.ints) proto.int(8, value);
	return proto.int(20, INTS);
}

function writeInitializer({ value, data }: Initializer): ProtoWriter {
	const proto = new ProtoWriter();
	for (const dim of value.shape) proto.int(1, Number(dim));
	proto.int(2, dtypeCode(value.dtype)).bytes(8, value.name);
	if ('inline' in data) return proto.bytes(9, data.inline);
	for (const [key, entry] of Object.entries(data)) {
		proto.message(13, new ProtoWriter().bytes(1, key).bytes(2, String(entry)));
	}
	return proto.int(14, EXTERNAL);
}

function writeValueInfo(name: string, { dtype, shape }: ValueType): ProtoWriter {
	const dims = new ProtoWriter();
	for (const dim of shape) {
		dims.message(1, typeof dim === 'number' ? new ProtoWriter().int(1, dim) : new ProtoWriter().bytes(2, dim));
	}
	const tensor = new ProtoWriter().int(1, dtypeCode(dtype)).message(2, dims);
	return new ProtoWriter().bytes(1, name).message(2, new ProtoWriter().message(1, tensor));
}
