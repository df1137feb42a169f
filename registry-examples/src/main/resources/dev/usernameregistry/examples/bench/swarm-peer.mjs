// A username registry on a swarm, as a JavaScript application has it: one Hyperbee in a Corestore, and
// a raw first message with its key. Measured beside ours.
//
//   node swarm-peer.mjs STORE-FOLDER HOST:PORT       (a bootstrap node of a DHT on loopback)
//
// commands.mjs says how it is driven. What each command takes and answers stands above it.
import path from 'node:path'
import crypto from 'node:crypto'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperbee from 'hyperbee'
import Hyperswarm from 'hyperswarm'
import { serve, tell } from './commands.mjs'

const ENCODING = { keyEncoding: 'utf-8', valueEncoding: 'json' }
const KEY_BYTES = 32
const PATIENCE_MILLIS = 10_000 // a name that comes later, or never, counts as one that comes then
const [folder, entry] = process.argv.slice(2)
const [host, port] = entry.split(':')
let opened = 0
let sentBesideStreams = 0

const commands = {
  // {topic, name} -> {}: one peer that stays, with a name if one is given; answers once it is announced
  async stay ({ topic, name }) {
    staying = await open()
    for (const socket of [staying.swarm.dht.io.serverSocket, staying.swarm.dht.io.clientSocket]) countSent(socket)
    if (name) await staying.own.put(name, { username: name, publicKey: '', registeredAt: Date.now(), registeredBy: 'a JavaScript peer' })
    await staying.swarm.join(Buffer.from(topic, 'hex')).flushed()
    return {}
  },

  // {} -> {peers, packets}: of the one that stays: its connections, and packets sent and received so far
  status: () => ({ peers: staying.swarm.connections.size, packets: packets(staying.swarm) }),

  // {topic, name} -> {millis}, at most PATIENCE_MILLIS: from join to the value of the name, out of a
  // peer's verified registry, by a new peer that has entered the DHT
  async join ({ topic, name }) {
    const peer = await open()
    await peer.swarm.join(crypto.randomBytes(KEY_BYTES)).flushed()
    const found = peer.find(name)
    const start = performance.now()
    peer.swarm.join(Buffer.from(topic, 'hex'))
    await found
    const millis = performance.now() - start
    await peer.close()
    return { millis }
  },

  // {topic, name} -> {millis}: the same by a peer that has yet to bind its sockets and enter the DHT
  async start ({ topic, name }) {
    const store = await openStore()
    const start = performance.now()
    const peer = await open(store)
    const found = peer.find(name)
    peer.swarm.join(Buffer.from(topic, 'hex'))
    await found
    const millis = performance.now() - start
    await peer.close()
    return { millis }
  }
}
let staying = null

async function openStore () {
  const store = new Corestore(path.join(folder, String(++opened)))
  await store.ready()
  const own = new Hyperbee(store.get({ name: 'my-username-registry' }), ENCODING)
  await own.ready()
  return { store, own }
}

async function open (opening) {
  const { store, own } = opening ?? (await openStore())
  const dht = new DHT({ ephemeral: true, host: '127.0.0.1', bootstrap: [{ host, port: Number(port) }] })
  const swarm = new Hyperswarm({ dht })
  const beesOfOthers = []
  let wake = () => {}
  swarm.on('connection', (conn) => {
    conn.on('error', () => {})
    conn.once('data', async (first) => {
      if (first.byteLength !== KEY_BYTES) return
      const bee = new Hyperbee(store.get({ key: Buffer.from(first) }), ENCODING)
      beesOfOthers.push(bee)
      await bee.ready()
      bee.core.on('append', () => wake())
      wake()
    })
    store.replicate(conn)
    conn.write(own.core.key)
  })
  if (!opening) await dht.fullyBootstrapped()
  return {
    own,
    swarm,
    find: (name) => new Promise((resolve) => {
      setTimeout(resolve, PATIENCE_MILLIS)
      wake = async () => {
        for (const bee of beesOfOthers) {
          const node = bee.core.length > 0 ? await bee.get(name) : null
          if (node) resolve(node.value)
        }
      }
    }),
    close: async () => {
      await swarm.destroy()
      await store.close()
    }
  }
}

// UDX counts packets that streams send and all that come in, but not what is sent beside streams.
function packets (swarm) {
  return sentBesideStreams + swarm.dht.udx.packetsTransmitted + swarm.dht.udx.packetsReceived
}

function countSent (socket) {
  for (const verb of ['send', 'trySend']) {
    const send = socket[verb]
    socket[verb] = function (...packet) {
      sentBesideStreams++
      return send.apply(this, packet)
    }
  }
}

tell({ event: 'ready' })
serve(commands)
