package library

import (
	"context"
	"fmt"

	"kindred/data"
	"kindred/recommend"
)

// Item is a paper of a list, with what put it there.
type Item struct {
	Paper      *data.Paper
	Ranked     bool    // Score and Rank are set
	Score      float32 // in [0,1]
	Rank       int     // 1 for the first, counted over all pages
	Topic      int     // id of its topic, 0 for none
	Confidence float32 // of the topic, in [0,1]; 0 where it is not known
	Reasons    []recommend.Reason
	Interest   int      // number of the interest that it serves, from 1; 0 in lists that are not for a library
	Near       []string // ids of the papers of the reader's library that are nearest to it, nearest first
	Trend      float64  // what a trending order goes by, see [Snapshot.Trending]; 0 in other orders
}

// List is a page of papers, and what is to be said of the whole list.
type List struct {
	Items      []Item
	Total      int      // papers of the whole list, as far as paging goes
	More       bool     // there are more than Total
	Reason     string   // why Items is empty, as in [recommend.Answer]; "" where that is not known
	Seeds      []string // canonical ids of the seeds that were used
	Missing    []string // seeds that name no paper
	DidYouMean string   // the search with its unknown words corrected, "" when there is no correction
	// Interests are those of the reader's library, the one that matters most first; see [Snapshot.ForReader].
	Interests []recommend.Interest
	// Ordered says what a [Listing] shows; nil for other lists.
	Ordered *Ordered
}

// Similar returns a page of the papers like the seeds and the text of q. Paging ends at the deepest rank that a query
// may ask for: a page that begins behind it is empty. The error wraps [data.ErrNotFound] where the query has no text
// and none of its seeds is a paper.
func (s *Snapshot) Similar(ctx context.Context, q recommend.Query) (*List, error) {
	if q.Offset >= recommend.MaxLimit {
		return &List{Total: q.Offset}, nil
	}
	q.Limit = min(q.Limit, recommend.MaxLimit-q.Offset)
	ans, err := s.Recommender.Recommend(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("recommend: %w", err)
	}
	return s.listOf(ctx, ans)
}

// Search returns a page of the papers that words are about. Paging ends as in [Snapshot.Similar].
func (s *Snapshot) Search(ctx context.Context, q recommend.SearchQuery) (*List, error) {
	if q.Offset >= recommend.MaxLimit {
		return &List{Total: q.Offset}, nil
	}
	q.Limit = min(q.Limit, recommend.MaxLimit-q.Offset)
	ans, err := s.Recommender.Search(ctx, q)
	if err != nil {
		return nil, err // it says that it is about a search
	}
	return s.listOf(ctx, ans)
}

// listOf joins an answer of the recommender with its papers. A paper that was deleted meanwhile is left out.
func (s *Snapshot) listOf(ctx context.Context, ans *recommend.Answer) (*List, error) {
	ids := make([]string, len(ans.Hits))
	for i := range ans.Hits {
		ids[i] = ans.Hits[i].ID
	}
	papers, err := s.Papers.Papers(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("papers of a ranking: %w", err)
	}
	items := make([]Item, 0, len(papers))
	for i, p := range papers {
		if p != nil {
			h := &ans.Hits[i]
			item := Item{Paper: p, Ranked: !h.Unscored, Score: h.Score, Rank: h.Rank, Topic: h.Topic, Reasons: h.Reasons, Interest: h.Interest, Near: h.Near}
			items = append(items, item)
		}
	}
	return &List{
		Items: items, Total: min(ans.Total, recommend.MaxLimit), More: ans.Total > recommend.MaxLimit,
		Reason: ans.Reason, Seeds: ans.Seeds, Missing: ans.Missing, DidYouMean: ans.DidYouMean,
	}, nil
}

// Rows returns the papers of catalog rows, in their order. A paper that was deleted meanwhile is left out.
func (s *Snapshot) Rows(ctx context.Context, rows []int32) ([]Item, error) {
	papers, err := s.papersOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	items := make([]Item, 0, len(papers))
	for i, p := range papers {
		if p != nil {
			as := s.Catalog.Assignment(int(rows[i]))
			items = append(items, Item{Paper: p, Topic: as.Topic, Confidence: as.Confidence})
		}
	}
	return items, nil
}
