// Nodes of a DHT, and a client that announces, stores and asks there.
//
//   node dht-node.mjs
//
// commands.mjs says how it is driven. What each command takes and answers stands above it. Keys, targets and
// values are in hex.
import DHT from 'hyperdht'
import createTestnet from 'hyperdht/testnet.js'
import { serve, tell } from './commands.mjs'

let testnet = null
let client = null
const keyPairs = new Map()

const commands = {
  // {size} -> {ports} of the nodes of a new DHT on 127.0.0.1, the bootstrap node first
  async testnet ({ size }) {
    testnet = await createTestnet(size)
    client = testnet.createNode()
    await client.fullyBootstrapped()
    return { ports: testnet.nodes.slice(0, size).map((node) => node.address().port) }
  },

  // {} -> {tables}: for each node of the DHT, the ports of those in its routing table
  tables: () => ({
    tables: testnet.nodes.filter((node) => node !== client).map((node) => node.table.toArray().map(({ port }) => port))
  }),

  // {topic} -> {publicKey} of a new key that is announced there
  async announce ({ topic }) {
    const keyPair = newKeyPair()
    await client.announce(bytes(topic), keyPair, []).finished()
    return { publicKey: hex(keyPair.publicKey) }
  },

  // {topic, publicKey} -> {} once that key is not announced there any more
  async unannounce ({ topic, publicKey }) {
    await client.unannounce(bytes(topic), keyPairs.get(publicKey))
    return {}
  },

  // {topic} -> {peers}: the public keys that are announced there
  async lookup ({ topic }) {
    const peers = new Set()
    for await (const { peers: found } of client.lookup(bytes(topic))) for (const { publicKey } of found) peers.add(hex(publicKey))
    return { peers: [...peers] }
  },

  // {} -> {publicKey} of a new key that peers can dial
  async listen () {
    const server = client.createServer()
    await server.listen(newKeyPair())
    return { publicKey: hex(server.publicKey) }
  },

  // {publicKey} -> {ports} of the nodes that know how to reach it
  async findPeer ({ publicKey }) {
    const ports = []
    for await (const { from } of client.findPeer(bytes(publicKey))) ports.push(from.port)
    return { ports }
  },

  // {value, seq} -> {publicKey} of a new key under which the value is stored
  async mutablePut ({ value, seq }) {
    const { publicKey } = await client.mutablePut(newKeyPair(), bytes(value), { seq })
    return { publicKey: hex(publicKey) }
  },

  // {publicKey} -> {value, seq} of the newest, or nothing
  async mutableGet ({ publicKey }) {
    const found = await client.mutableGet(bytes(publicKey))
    return found ? { value: hex(found.value), seq: found.seq } : {}
  },

  // {value} -> {hash} under which it is stored
  async immutablePut ({ value }) {
    const { hash } = await client.immutablePut(bytes(value))
    return { hash: hex(hash) }
  },

  // {hash} -> {value}, or nothing
  async immutableGet ({ hash }) {
    const found = await client.immutableGet(bytes(hash))
    return found ? { value: hex(found.value) } : {}
  }
}

function newKeyPair () {
  const keyPair = DHT.keyPair()
  keyPairs.set(hex(keyPair.publicKey), keyPair)
  return keyPair
}

function bytes (hex) {
  return Buffer.from(hex, 'hex')
}

function hex (bytes) {
  return Buffer.from(bytes).toString('hex')
}

tell({ event: 'ready' })
serve(commands)
