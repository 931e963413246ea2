// The page: what is in it, what must not be.
#include "eval/report_page.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "all_metrics.h"
#include "base/temp_dir.h"
#include "eval/gallery.h"
#include "eval/html_text.h"
#include "eval/svg_plot.h"
#include "image/test_pictures.h"
#include "imgcnn/base/files.h"
#include "imgcnn/eval/baselines.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

/// JPEG under the name of a model.
CodecUnderTest pretended_model(const std::string& name) {
  CodecUnderTest tested;
  tested.name = name;
  tested.is_model = true;
  tested.qualities = {10, 50};
  tested.encode = [](const image::Image& picture, double quality) {
    return image::encode_jpeg(picture, static_cast<int>(quality));
  };
  tested.decode = [](ByteSpan file) { return image::decode_image(file, "x"); };
  return tested;
}

EvalReport report_with(const std::string& name, const std::vector<std::string>& pictures) {
  EvalReport report;
  CodecCurve curve;
  curve.codec = name;
  curve.is_model = true;
  curve.points = {{10, 0.3, 28.0, 0.9, 55.0, 2.5}, {50, 0.9, 33.0, 0.97, -3.0, 1.25}};
  report.metrics = all_metrics();
  report.curves = {curve};
  report.pictures = pictures.size();
  for (const std::string& picture : pictures) {
    ImageRow row;
    row.codec = name;
    row.image = picture;
    row.width = 700;
    row.height = 40;
    report.rows.insert(report.rows.end(), 2, row);
  }
  return report;
}

TEST(HtmlText, EscapesAndFormats) {
  EXPECT_EQ(escape_html("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  EXPECT_EQ(fixed(-1.25, 1), "-1.2");
  // RFC 4648, section 10.
  EXPECT_EQ(data_uri("a/b", Bytes{}), "data:a/b;base64,");
  EXPECT_EQ(data_uri("a/b", Bytes{'f'}), "data:a/b;base64,Zg==");
  EXPECT_EQ(data_uri("a/b", Bytes{'f', 'o'}), "data:a/b;base64,Zm8=");
  EXPECT_EQ(data_uri("a/b", Bytes{'f', 'o', 'o', 'b'}), "data:a/b;base64,Zm9vYg==");
}

TEST(SvgPlot, DrawsEverySeriesOnce) {
  Plot plot{"T", "x", "y", 1.0, {}};
  plot.series = {{0, "one", false, {{0.1, 20.0, "a"}, {0.9, 40.0, "<b>"}}},
                 {7, "two", true, {{0.5, 30.0, "c"}}}};
  const std::string svg = svg_plot(plot);
  EXPECT_EQ(count_of(svg, "<polyline"), 2U);
  EXPECT_EQ(count_of(svg, "<circle"), 3U);
  EXPECT_NE(svg.find("&lt;b&gt;"), std::string::npos);
  EXPECT_NE(svg.find("class=\"series dashed\" data-series=\"7\""), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(count_of(svg, "<svg"), count_of(svg, "</svg>"));
}

TEST(SvgPlot, LowIsAtTheTopWhereAskedFor) {
  Plot plot{"T", "x", "y", 1.0, {{0, "one", false, {{0.5, 20.0, "a"}, {1.0, 40.0, "b"}}}}};
  const auto heights = [&] {
    const std::string svg = svg_plot(plot);
    std::vector<double> found;
    for (std::size_t at = svg.find("cy=\""); at != std::string::npos;
         at = svg.find("cy=\"", at + 1))
      found.push_back(std::stod(svg.substr(at + 4)));
    return found;
  };
  EXPECT_GT(heights()[0], heights()[1]);
  plot.y_falls = true;
  EXPECT_LT(heights()[0], heights()[1]);
}

TEST(SvgPlot, StandsAloneWithALegend) {
  Plot plot{"T", "x", "y", 1.0, {}};
  for (int i = 0; i < 40; ++i)
    plot.series.push_back({i, "a&b " + std::to_string(i), i % 2 == 1, {{0.1, 20.0 + i, "p"}}});
  const std::string svg = svg_document(plot);
  EXPECT_EQ(svg.rfind("<svg xmlns=\"http://www.w3.org/2000/svg\"", 0), 0U);
  EXPECT_EQ(count_of(svg, "a&amp;b "), 40U);
  EXPECT_EQ(count_of(svg, "<style>"), 1U);
  for (const char* tag : {"svg", "g", "text"}) {
    const std::string name = tag;
    EXPECT_EQ(count_of(svg, "<" + name + " ") + count_of(svg, "<" + name + ">"),
              count_of(svg, "</" + name + ">"))
        << tag;
  }
  // Forty names of 26 units need more than the height of a plot.
  EXPECT_NE(svg.find("viewBox=\"0 0 1020 1132\""), std::string::npos);
}

TEST(SvgPlot, SurvivesFlatAndEmptyData) {
  Plot plot{"T", "x", "y", 1e-3, {}};
  EXPECT_EQ(svg_plot(plot).find("nan"), std::string::npos);
  plot.series = {{0, "", false, {{0.0005, 120.0, ""}}}};
  EXPECT_EQ(svg_plot(plot).find("nan"), std::string::npos);
  EXPECT_LT(svg_plot(plot).size(), 10000U);
}

TEST(ReportPage, EscapesAndLoadsNothing) {
  EvalReport report = report_with("<script>evil", {"a.png"});
  report.processor = "A & B";
  report.published = {{"<i>theirs", "\"source\"", {{0, 0.2, 30.0}, {0, 0.8, 35.0}}}};
  report.bd_rates = {{"<script>evil", "<i>theirs", true, {-3.25, 7.5, {}, -12.0}},
                     {"<script>evil", "jpeg", false, {{}, {}, {}, {}}}};
  const std::string page = report_page(report, "");
  EXPECT_EQ(count_of(page, "; 1 picture; "), 1U);
  EXPECT_EQ(count_of(page, "<script>"), 1U);
  EXPECT_EQ(count_of(page, "<i>"), 0U);
  EXPECT_NE(page.find("A &amp; B"), std::string::npos);
  EXPECT_NE(page.find("nothing in common"), std::string::npos);
  EXPECT_NE(page.find(">+7.5 %<"), std::string::npos);
  EXPECT_NE(page.find(">-12.0 %<"), std::string::npos);
  for (const char* foreign : {"http:", "https:", "url(", "@import", " src=", "<link"}) {
    EXPECT_EQ(page.find(foreign), std::string::npos) << foreign;
  }
}

TEST(ReportPage, DrawsAndExplainsEveryMetric) {
  EvalReport report = report_with("mine", {"a.png"});
  std::string page = report_page(report, "");
  EXPECT_EQ(count_of(page, "<svg class=\"plot\""), known_metrics().size());
  for (const Metric& metric : known_metrics()) {
    EXPECT_NE(page.find(metric.title + std::string(" of one picture</text>")), std::string::npos);
    EXPECT_NE(page.find("<li>" + escape_html(metric.meaning)), std::string::npos);
  }
  EXPECT_NE(page.find("90 visually lossless"), std::string::npos);
  EXPECT_NE(page.find("<td>-3.00</td>"), std::string::npos);
  EXPECT_EQ(page.find("Not measured"), std::string::npos);
  report.metrics.pop_back();
  report.missing_metrics = "butteraugli (needs <it>)";
  page = report_page(report, "");
  EXPECT_EQ(count_of(page, "<svg class=\"plot\""), known_metrics().size() - 1);
  EXPECT_NE(page.find("Not measured: butteraugli (needs &lt;it&gt;)"), std::string::npos);
}

TEST(Gallery, ShowsSomePicturesInTheirMiddle) {
  const TempDir dir;
  std::vector<std::string> paths;
  for (int i = 0; i < 9; ++i) {
    paths.push_back(dir / ("<" + std::to_string(i) + ">.png"));
    write_file_atomically(paths.back(),
                          image::encode_png(image::gradient_picture(700, 40, i % 2 == 0 ? 3 : 1)),
                          false);
  }
  const std::string html = gallery_html(report_with("mine", paths), {pretended_model("mine")});
  EXPECT_EQ(count_of(html, "<figure"), 6U);
  EXPECT_EQ(count_of(html, "data:image/webp;base64,"), 18U);
  EXPECT_EQ(count_of(html, "700x40, the middle 640x40"), 6U);
  EXPECT_NE(html.find("&lt;0&gt;.png"), std::string::npos);
  EXPECT_NE(html.find("&lt;8&gt;.png"), std::string::npos);
  EXPECT_EQ(count_of(html, "mine -q 10"), 6U * 3U);  // one alternative text, two lists
}

TEST(Gallery, LeavesOutWhatIsGoneAndNeedsAModel) {
  const TempDir dir;
  EXPECT_EQ(gallery_html(report_with("mine", {dir / "gone.png"}), {pretended_model("mine")}), "");
  CodecUnderTest baseline = pretended_model("jpeg");
  baseline.is_model = false;
  EXPECT_EQ(gallery_html(report_with("jpeg", {dir / "gone.png"}), {baseline}), "");
}

}  // namespace
}  // namespace imgcnn::eval
