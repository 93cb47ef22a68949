package api

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"
)

// maxClients bounds the number of token buckets. The least recently used one is evicted, so that its client starts with
// a full bucket again.
const maxClients = 65536

// limiters holds one token bucket per client. A client is an API key, an IPv4 address, or an IPv6 /64, the usual
// allocation of one subscriber.
type limiters struct {
	rate, keyRate float64
	burst         int
	keyBurst      int

	mu      sync.Mutex
	clients *simplelru.LRU[string, *rate.Limiter]
}

// newLimiters returns limiters of a number of requests a second, of a client with a key and without, and at once.
func newLimiters(perSecond, keyPerSecond float64, burst int) *limiters {
	clients, _ := simplelru.NewLRU[string, *rate.Limiter](maxClients, nil) // fails only if the size is not positive
	return &limiters{
		rate: perSecond, keyRate: keyPerSecond, burst: burst, keyBurst: max(burst, int(4*keyPerSecond)+1),
		clients: clients,
	}
}

// allow takes a token from the bucket of name.
func (l *limiters) allow(name string, now time.Time, withKey bool) verdict {
	r, burst := l.rate, l.burst
	if withKey {
		r, burst = l.keyRate, l.keyBurst
	}
	l.mu.Lock()
	lim, ok := l.clients.Get(name)
	if !ok {
		lim = rate.NewLimiter(rate.Limit(r), burst)
		l.clients.Add(name, lim)
	}
	l.mu.Unlock()
	v := verdict{ok: lim.AllowN(now, 1), rate: r, burst: burst}
	v.left = max(0, lim.TokensAt(now))
	return v
}

// verdict is the state of a bucket after a request.
type verdict struct {
	ok    bool
	left  float64
	rate  float64
	burst int
}

// wait returns the seconds until the next request is allowed.
func (v verdict) wait() int { return max(1, int(math.Ceil((1-v.left)/v.rate))) }

// header writes the fields of draft-ietf-httpapi-ratelimit-headers: what is left, and the policy it is left of.
func (v verdict) header(h http.Header) {
	window := max(1, int(math.Ceil(float64(v.burst)/v.rate)))
	reset := int(math.Ceil((float64(v.burst) - v.left) / v.rate))
	h["Ratelimit-Policy"] = []string{`"default";q=` + strconv.Itoa(v.burst) + ";w=" + strconv.Itoa(window)}
	h["Ratelimit"] = []string{`"default";r=` + strconv.Itoa(int(v.left)) + ";t=" + strconv.Itoa(reset)}
}
