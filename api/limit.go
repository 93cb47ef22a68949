package api

import (
	"container/list"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"
)

// maxClients is how many clients are told apart; the one not seen for longest is forgotten, which only ever gives it a
// full bucket again.
const maxClients = 65536

// limiters hold one token bucket a client: an API key, an IPv4 address, or an IPv6 /64, which is what one subscriber has.
type limiters struct {
	rate, keyRate float64
	burst         int
	keyBurst      int

	mu      sync.Mutex
	order   *list.List // of *client, last seen first
	clients map[string]*list.Element
}

type client struct {
	name    string
	limiter *rate.Limiter
}

func newLimiters(cfg Config) *limiters {
	return &limiters{
		rate: cfg.Rate, keyRate: cfg.KeyRate, burst: cfg.Burst, keyBurst: max(cfg.Burst, int(4*cfg.KeyRate)+1),
		order: list.New(), clients: make(map[string]*list.Element),
	}
}

// allow takes a token from the bucket of name.
func (l *limiters) allow(name string, now time.Time, withKey bool) verdict {
	r, burst := l.rate, l.burst
	if withKey {
		r, burst = l.keyRate, l.keyBurst
	}
	l.mu.Lock()
	e, ok := l.clients[name]
	if ok {
		l.order.MoveToFront(e)
	} else {
		e = l.order.PushFront(&client{name, rate.NewLimiter(rate.Limit(r), burst)})
		l.clients[name] = e
		if l.order.Len() > maxClients {
			delete(l.clients, l.order.Remove(l.order.Back()).(*client).name)
		}
	}
	lim := e.Value.(*client).limiter
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

// limit refuses a client that asks more often than it may. Requests from this machine are not counted.
func (a *server) limit(c *gin.Context) {
	if a.cfg.Rate < 0 {
		return
	}
	name, withKey := a.clientName(c)
	if name == "" {
		return
	}
	v := a.limits.allow(name, time.Now(), withKey)
	v.header(c.Writer.Header())
	if v.ok {
		return
	}
	p := &Problem{
		Type: problemRate, Title: "Too many requests", Status: http.StatusTooManyRequests, retryAfter: time.Duration(v.wait()) * time.Second,
		Detail: fmt.Sprintf("At most %g requests a second and %d at once are answered; try again in %d s.", v.rate, v.burst, v.wait()),
	}
	a.fail(c, p)
	c.Abort()
}

// clientName returns whom a request counts for, "" for this machine.
func (a *server) clientName(c *gin.Context) (name string, withKey bool) {
	if secret := secretOf(c.Request); secret != "" && a.cfg.Keys != nil {
		if key, err := a.cfg.Keys.Check(c.Request.Context(), secret); err == nil {
			return "key " + key.ID, true
		}
	}
	if fromThisMachine(c.Request) {
		return "", false
	}
	addr, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return "unknown", false
	}
	if addr = addr.Unmap(); addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.String(), false
		}
	}
	return addr.String(), false
}
