// A username registry as a JavaScript application has it: one Hyperbee of JSON records in a
// Corestore, replicated on 127.0.0.1 over encrypted TCP connections or with the peers of a swarm. The
// tests drive it.
//
//   node registry-peer.mjs STORE-FOLDER
//
// commands.mjs says how. What each command takes and answers stands above it. "registry" is a key in
// hex; without it, the own registry is meant.
import net from 'node:net'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import createTestnet from 'hyperdht/testnet.js'
import Hyperbee from 'hyperbee'
import Hyperswarm from 'hyperswarm'
import SecretStream from '@hyperswarm/secret-stream'
import { serve, tell } from './commands.mjs'

const ENCODING = { keyEncoding: 'utf-8', valueEncoding: 'json' }
const KEY_BYTES = 32
const PUTS_PER_BATCH = 250

const store = new Corestore(process.argv[2])
await store.ready()
const identity = await store.createKeyPair('identity')
const own = await openOwnBee()
const others = new Map()
const connections = new Set()
let testnet = null
let swarm = null

const commands = {
  // {} -> {registry, length}
  status: () => ({ registry: hex(own.core.key), length: own.core.length, others: [...others.keys()], connections: connections.size }),

  // {port, rawKey} -> {port}; takes any number of connections
  async listen ({ port = 0, rawKey = false }) {
    const server = net.createServer((socket) => secure(socket, false, rawKey))
    await new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    return { port: server.address().port }
  },

  // {port, rawKey} -> {} once the encrypted connection is open
  async connect ({ port, rawKey = false }) {
    const socket = net.connect(port, '127.0.0.1')
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    const conn = secure(socket, true, rawKey)
    if (!(await conn.opened)) throw new Error('the handshake failed')
    return {}
  },

  // {size} -> {host, port} of the bootstrap node of a new DHT in this process
  async testnet ({ size = 4 }) {
    testnet = await createTestnet(size)
    return testnet.bootstrap[0]
  },

  // {host, port, firewalled, bind, relay} -> {publicKey}; a swarm on the DHT with that bootstrap node. Its
  // peers are told the registry in a raw first message, as the known application does. Reachable if not
  // firewalled. With the public key of a relay, that is proposed to peers when punching does not help.
  async swarm ({ host, port, firewalled = true, bind = '127.0.0.1', relay = null }) {
    const dht = new DHT({ ephemeral: true, host: bind, bootstrap: [{ host, port }], ...(firewalled ? {} : { firewalled }) })
    swarm = new Hyperswarm({ dht, relayThrough: relay && Buffer.from(relay, 'hex') })
    swarm.on('connection', (conn) => speak(conn, true))
    await dht.fullyBootstrapped()
    return { publicKey: hex(swarm.keyPair.publicKey) }
  },

  // {topic, server, client} -> {} once the first round of announcing and looking up is done
  async join ({ topic, server = true, client = true }) {
    await swarm.join(Buffer.from(topic, 'hex'), { server, client }).flushed()
    return {}
  },

  // {} -> {} once everyone found was dialled
  async flush () {
    await swarm.flush()
    return {}
  },

  // {topic} -> {} once it is unannounced
  async leave ({ topic }) {
    await swarm.leave(Buffer.from(topic, 'hex'))
    return {}
  },

  // {} -> {peers, hosts}: the public keys of all that the swarm is connected with, one for each connection,
  // and where their packets come from
  swarmPeers: () => ({
    peers: [...swarm.connections].map((conn) => hex(conn.remotePublicKey)),
    hosts: [...swarm.connections].map((conn) => conn.rawStream.remoteHost)
  }),

  // {} -> {} after a clean end of the swarm
  async leaveSwarm () {
    await swarm.destroy()
    swarm = null
    return {}
  },

  // {} -> {} after all connections are gone
  async disconnect () {
    const gone = [...connections].map((conn) => new Promise((resolve) => conn.once('close', resolve)))
    for (const conn of connections) conn.destroy()
    await Promise.all(gone)
    return {}
  },

  // {key} -> {length}; from then on the registry is fetched whole, without the peer's telling it
  async open ({ key }) {
    const bee = await follow(Buffer.from(key, 'hex'))
    return { length: bee.core.length }
  },

  // {name, value} -> {length}
  async put ({ name, value }) {
    await own.put(name, value)
    return { length: own.core.length }
  },

  // {prefix, count} -> {length}; prefix0000, prefix0001, ...
  async putMany ({ prefix, count }) {
    for (let from = 0; from < count; from += PUTS_PER_BATCH) {
      const batch = own.batch()
      for (let i = from; i < Math.min(count, from + PUTS_PER_BATCH); i++) {
        const name = prefix + String(i).padStart(4, '0')
        await batch.put(name, record(name))
      }
      await batch.flush()
    }
    return { length: own.core.length }
  },

  // {name} -> {length}
  async del ({ name }) {
    await own.del(name)
    return { length: own.core.length }
  },

  // {registry} -> {length, blocks} of what is stored, also of a registry that is closed after a conflict: each
  // block that is here as text, one character a byte, and null for each that is not
  async blocks ({ registry }) {
    const core = store.get({ key: Buffer.from(registry, 'hex'), active: false })
    await core.ready()
    const blocks = []
    for (let at = 0; at < core.length; at++) {
      const block = await core.get(at, { wait: false })
      blocks.push(block && block.toString('latin1'))
    }
    await core.close()
    return { length: blocks.length, blocks }
  },

  // {registry, name} -> {value}, null if the name is not there
  async get ({ registry, name }) {
    const node = await beeOf(registry).get(name)
    return { value: node ? node.value : null }
  },

  // {registry} -> {length, contiguousLength, fork, names: {name: value}} of one moment
  async list ({ registry }) {
    const { core } = beeOf(registry)
    const names = {}
    if (core.length > 0) for await (const { key, value } of beeOf(registry).createReadStream()) names[key] = value
    return { length: core.length, contiguousLength: core.contiguousLength, fork: core.fork, names }
  },

  // {name} -> {registered: true, value} or {registered: false, value, registry} of who has it.
  // The known application's rule: look through the own registry and every registry heard of.
  async register ({ name }) {
    for (const bee of [own, ...others.values()]) {
      const node = bee.core.length > 0 ? await bee.get(name) : null
      if (node) return { registered: false, value: node.value, registry: hex(bee.core.key) }
    }
    const value = record(name)
    await own.put(name, value)
    return { registered: true, value }
  }
}

function record (name) {
  return { username: name, publicKey: hex(identity.publicKey), registeredAt: Date.now(), registeredBy: 'a JavaScript peer' }
}

// The own registry's key is the very first message of a connection, and the mux of a JavaScript peer
// takes it for a frame too: it ends the connection over keys that begin with certain bytes, about
// one in 128. Such a key is passed over.
async function openOwnBee () {
  for (let number = 1; ; number++) {
    const bee = await openBee({ name: number === 1 ? 'my-username-registry' : 'my-username-registry-' + number })
    const [first, second] = bee.core.key
    if (first > 0 && first <= 0xfc && second !== 0xff) return bee
    await bee.close()
  }
}

async function openBee (which) {
  const bee = new Hyperbee(store.get(which), ENCODING)
  bee.core.on('conflict', (length, fork) => tell({ event: 'conflict', registry: hex(bee.core.key), length, fork }))
  await bee.ready()
  return bee
}

function beeOf (registry) {
  const bee = registry === undefined || registry === hex(own.core.key) ? own : others.get(registry)
  if (!bee) throw new Error('registry ' + registry + ' is not open here')
  return bee
}

async function follow (key) {
  const name = hex(key)
  if (!others.has(name)) {
    const bee = await openBee({ key })
    others.set(name, bee)
    bee.core.on('append', () => tell({ event: 'append', registry: name, length: bee.core.length }))
    bee.core.on('truncate', () => tell({ event: 'truncate', registry: name, length: bee.core.length }))
    bee.core.on('verification-error', (err) => tell({ event: 'refused', registry: name, message: err.message }))
    bee.core.download({ start: 0, end: -1 })
  }
  return others.get(name)
}

function secure (socket, initiator, rawKey) {
  socket.setNoDelay(true)
  return speak(new SecretStream(initiator, socket, { keyPair: identity }), rawKey)
}

// With rawKey, as the known application does: the own key goes out as the very first message, and
// a first message of 32 bytes is the other side's.
function speak (conn, rawKey) {
  connections.add(conn)
  conn.on('error', (err) => tell({ event: 'connectionError', message: err.message }))
  conn.on('close', () => {
    connections.delete(conn)
    tell({ event: 'disconnected', remotePublicKey: conn.remotePublicKey ? hex(conn.remotePublicKey) : null })
  })
  conn.opened.then((open) => open && tell({ event: 'connected', remotePublicKey: hex(conn.remotePublicKey) }))
  if (rawKey) {
    conn.once('data', (first) => {
      tell({ event: 'first', bytes: first.byteLength })
      if (first.byteLength === KEY_BYTES) {
        follow(Buffer.from(first)).then((bee) => tell({ event: 'told', registry: hex(bee.core.key) }))
      }
    })
  }
  store.replicate(conn)
  if (rawKey) conn.write(own.core.key)
  return conn
}

function hex (bytes) {
  return Buffer.from(bytes).toString('hex')
}

tell({ event: 'ready', registry: hex(own.core.key), publicKey: hex(identity.publicKey), length: own.core.length })
serve(commands)
