package mongo

import (
	"fmt"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// encode makes the bytes of a document and refuses text that is not UTF-8, which
// servers would keep and other tools could not read. The names of its fields are
// all ours: maps are kept as lists, since data may be called "$set" or "S.A.V.".
func encode(doc any) (bson.Raw, error) {
	raw, err := bson.Marshal(doc)
	if err != nil {
		return nil, err
	}
	return raw, readable(raw)
}

func readable(raw bson.Raw) error {
	elements, err := raw.Elements()
	if err != nil {
		return err
	}
	for _, e := range elements {
		value := e.Value()
		switch value.Type {
		case bson.TypeString:
			if !utf8.ValidString(value.StringValue()) {
				return fmt.Errorf("%s is not UTF-8 text", e.Key())
			}
		case bson.TypeEmbeddedDocument, bson.TypeArray:
			if err := readable(value.Value); err != nil {
				return fmt.Errorf("%s: %w", e.Key(), err)
			}
		}
	}
	return nil
}
