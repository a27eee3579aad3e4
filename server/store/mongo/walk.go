package mongo

import (
	"context"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// pageSize is how many documents a walk reads at once.
const pageSize = 500

// walked is a document that knows its place in its walk.
type walked[R any] interface {
	document[R]
	place() string
}

// path is what a walk goes along: from <= field < to, where "" does not bound.
type path struct {
	field    string
	from, to string
	after    string // from < field, if it is set
	down     bool   // from the last to the first
	without  string // a field that is not read
	of       bson.D // what else must be so
	only     string // the field that is read beside _id, "" for all
}

// walk reads page after page, each one query for what comes after the last
// document of the page before. So no cursor stays open, and a document that is
// rewritten meanwhile cannot come twice.
func walk[D walked[R], R any](ctx context.Context, s *Store, collection string, p path) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var none R
		last := p.after
		for {
			docs, err := read[D](ctx, s, collection, p.filter(last), p.options(), pageSize)
			for _, doc := range docs {
				if err = ctx.Err(); err != nil {
					break
				}
				if !yield(doc.record(), nil) {
					return
				}
				last = doc.place()
			}
			if err != nil {
				yield(none, err)
				return
			}
			if len(docs) < pageSize {
				return
			}
		}
	}
}

// filter is the part of the path that lies after the place last.
func (p path) filter(last string) bson.D {
	from, to := bson.E{Key: "$gte", Value: p.from}, bson.E{Key: "$lt", Value: p.to}
	switch {
	case last != "" && p.down:
		to.Value = last
	case last != "":
		from = bson.E{Key: "$gt", Value: last}
	}
	along := bson.D{from, to}
	if to.Value == "" {
		along = bson.D{from}
	}
	return append(bson.D{{Key: p.field, Value: along}}, p.of...)
}

func (p path) options() *options.FindOptionsBuilder {
	direction := 1
	if p.down {
		direction = -1
	}
	o := options.Find().SetSort(bson.D{{Key: p.field, Value: direction}}).SetBatchSize(pageSize)
	if p.without != "" {
		o.SetProjection(bson.D{{Key: p.without, Value: 0}})
	}
	if p.only != "" {
		o.SetProjection(bson.D{{Key: p.only, Value: 1}})
	}
	return o
}

// between is the path along the times from <= t < to; a zero one does not bound.
func between(from, to time.Time) path {
	return path{field: "order", from: bound(from), to: bound(to)}
}

// counted is a walk that gives of each record what counting reads. The rest is not
// left out on the server: it is a small part of what a document costs on its way.
func counted[R any](rows iter.Seq2[R, error], of func(R) R) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for r, err := range rows {
			if !yield(of(r), err) {
				return
			}
		}
	}
}
