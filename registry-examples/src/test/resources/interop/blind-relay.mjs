// A relay server that peers can be told to meet at: the reference's blind relay on a node of the DHT.
//
//   node blind-relay.mjs
//
// commands.mjs says how it is driven. What each command takes and answers stands above it.
import { createRequire } from 'node:module'
import DHT from 'hyperdht'
import { serve, tell } from './commands.mjs'

// the version that hyperdht uses
const blindRelay = createRequire(createRequire(import.meta.url).resolve('hyperdht'))('blind-relay')

let relay = null

const commands = {
  // {host, port, bind} -> {publicKey} once peers can dial it; bootstrap is the DHT node at that host and port
  async open ({ host, port, bind = '127.0.0.1' }) {
    const dht = new DHT({ bootstrap: [{ host, port }], host: bind, firewalled: false, ephemeral: true })
    await dht.fullyBootstrapped()
    relay = new blindRelay.Server({ createStream: (opts) => dht.createRawStream({ ...opts, framed: true }) })
    const server = dht.createServer((socket) => {
      socket.on('error', (err) => tell({ event: 'connectionError', message: err.message }))
      const session = relay.accept(socket, { id: socket.remotePublicKey })
      session.on('error', (err) => tell({ event: 'sessionError', message: err.message }))
    })
    await server.listen()
    return { publicKey: server.publicKey.toString('hex') }
  },

  // {} -> {active, matched}: pairs of streams that it joins now, and all that it ever did
  pairs: () => ({ active: relay.stats.pairings.active, matched: relay.stats.pairings.matched })
}

tell({ event: 'ready' })
serve(commands)
